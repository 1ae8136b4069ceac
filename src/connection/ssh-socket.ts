import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import type { SshOptions } from './ssh-options.ts'

/** A byte stream to a server, and what to let go of when it is no longer needed. */
export interface SshSocket {
  readonly stream: Duplex
  readonly release: () => void
}

/** A TCP connection, without Nagle's algorithm: with it, each request would wait 40 ms for a delayed ACK. */
export function tcpSocket(
  { hostName, port, addressFamily, bindAddress }: SshOptions,
  seconds: number,
  signal?: AbortSignal,
): Promise<SshSocket> {
  return new Promise((resolve, reject) => {
    // With a signal that is aborted already, some releases of Node connect all the same.
    signal?.throwIfAborted()
    const socket = connect({
      host: hostName,
      port,
      noDelay: true,
      ...(signal === undefined ? {} : { signal }),
      ...(addressFamily === 0 ? {} : { family: addressFamily }),
      ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    })
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no connection within ${seconds} s`))
    }, seconds * 1000)
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve({ stream: socket, release: () => socket.destroy() })
    })
  })
}

/** The standard input and output of a `ProxyCommand` (ssh_config(5)); its stderr is shown by `warn`. */
export async function commandSocket(command: string, warn: (message: string) => void): Promise<SshSocket> {
  const { execa } = await import('execa')
  const child = execa('/bin/sh', ['-c', `exec ${command}`], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    encoding: 'buffer',
    reject: false,
    detached: true,
    cleanup: false,
  })
  child.stderr.on('data', (chunk: Buffer) => warn(`ProxyCommand: ${chunk.toString('utf8').trim()}`))
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  stream.on('error', () => {})
  return {
    stream,
    release: () => {
      stream.destroy()
      child.kill()
    },
  }
}
