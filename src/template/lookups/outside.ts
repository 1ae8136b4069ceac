import { spawnSync } from 'node:child_process'
import { splitLines } from '../../core/split-lines.ts'
import { truth } from '../../core/values/compare.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError, isDict } from '../../core/values/types.ts'
import { toPlain } from '../native.ts'
import type { Lookup, LookupTable } from './define.ts'
import { password } from './password.ts'

const env: Lookup = (terms, { default: fallback = '' }) =>
  terms.map((term) => process.env[text(term, 'the name of a variable').split(/\s+/)[0] ?? ''] ?? fallback)

function shell(command: string, cwd: string): string {
  const { status, signal, error, stdout, stderr } = spawnSync(command, {
    cwd,
    shell: '/bin/sh',
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  })
  if (error !== undefined) throw new EvaluationError(`lookup of '${command}' could not run: ${error.message}`)
  if (status !== 0) {
    const reason = signal === null ? `code ${status}` : `signal ${signal}`
    throw new EvaluationError(
      `lookup of '${command}' ended with ${reason}${stderr === '' ? '' : `: ${stderr.trim()}`}`,
    )
  }
  return stdout
}

const pipe: Lookup = (terms, _, { baseDirectory }) =>
  terms.map((term) => shell(text(term, 'a command'), baseDirectory).replace(/\s+$/, ''))

const lines: Lookup = (terms, _, { baseDirectory }) =>
  terms.flatMap((term) => splitLines(shell(text(term, 'a command'), baseDirectory).replace(/\s+$/, '')))

/** The program of the child that fetches: the request comes on its stdin, so that no secret is in its arguments. */
const fetcher = `
let input = ''
process.stdin.on('data', (chunk) => { input += chunk }).on('end', async () => {
  const { url, headers, timeout, redirect } = JSON.parse(input)
  try {
    const response = await fetch(url, { headers, redirect, signal: AbortSignal.timeout(timeout) })
    if (!response.ok) throw new Error(response.status + ' ' + response.statusText)
    process.stdout.write(await response.text())
  } catch (error) {
    process.stderr.write(String(error.cause?.message ?? error.message))
    process.exitCode = 1
  }
})`

const url: Lookup = (terms, options) =>
  terms.flatMap((term) => {
    const address = text(term, 'a URL')
    const headers: Record<string, unknown> = isDict(options.headers)
      ? { ...(toPlain(options.headers) as object) }
      : {}
    if (options.username !== undefined && options.username !== null) {
      const pair = `${str(options.username)}:${str(options.password ?? '')}`
      headers.Authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    }
    const redirect =
      options.follow_redirects === 'none' || options.follow_redirects === 'no' ? 'manual' : 'follow'
    const request = { url: address, headers, redirect, timeout: Number(options.timeout ?? 10) * 1000 }
    const verify = truth(options.validate_certs ?? true) ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', fetcher], {
      input: JSON.stringify(request),
      encoding: 'utf8',
      env: { ...process.env, ...verify, NODE_OPTIONS: '' },
      maxBuffer: 256 * 1024 * 1024,
    })
    if (status !== 0) throw new EvaluationError(`Received HTTP error for ${address} : ${stderr.trim()}`)
    return truth(options.split_lines ?? true) ? splitLines(stdout) : [stdout]
  })

/** Lookups that ask the controller's surroundings. */
export const outsideLookups: LookupTable = { env, pipe, lines, url, password }
