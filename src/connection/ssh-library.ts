import { createRequire } from 'node:module'

// Not imported: of CommonJS packages Node would first have to find out what they export, by reading all their files twice.
const require = createRequire(import.meta.url)

/** The libraries, loaded when they are first asked for. */
export const ssh2 = () => require('ssh2') as typeof import('ssh2')
export const nodeSsh = () => require('node-ssh') as typeof import('node-ssh')
