import type { Args } from '../core/arguments.ts'
import { MissingError } from '../core/errors.ts'
import { defineModule, nothing, type Plan } from '../core/module.ts'
import { lines, Script, sh } from '../core/quote.ts'
import { ATTRIBUTE_ARGS, planAttributes, statusFields } from './shared/attributes.ts'
import { type DestRequest, type DestView, destProbe, readDest } from './shared/dest.ts'
import { type Download, fetchFunction } from './shared/download/fetch.ts'
import {
  askOnly,
  fetchBody,
  NAME_FROM_RESPONSE,
  type Response,
  readResponse,
  viaFolder,
} from './shared/download/response.ts'
import { findSum, parseChecksum, urlFileName, type WantedChecksum } from './shared/download/sums-file.ts'
import { fieldReader, hostPath, lookFunctions, parentOf } from './shared/path-state.ts'
import { planFile, readWritten, sumCheck } from './shared/plan-file.ts'
import { statusStep } from './shared/status-step.ts'

const ARGS = {
  url: { type: 'str', required: true, doc: 'http, https, ftp or file URL' },
  dest: {
    type: 'path',
    required: true,
    doc: 'Where to put it; a folder takes it under the name the server gives',
  },
  checksum: { type: 'str', default: '', doc: '<algorithm>:<hexadecimal, or URL of a file of checksums>' },
  force: {
    type: 'bool',
    default: false,
    doc: 'Download also when the file is there, and replace it if it differs',
  },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  timeout: { type: 'int', default: 10, doc: 'Seconds without an answer' },
  headers: { type: 'dict', doc: 'Headers to send' },
  http_agent: { type: 'str', default: 'ansible-httpget', doc: 'The User-Agent to send' },
  url_username: { type: 'str', aliases: ['username'], doc: 'User for basic authentication' },
  url_password: {
    type: 'str',
    aliases: ['password'],
    no_log: true,
    doc: 'Password for basic authentication',
  },
  force_basic_auth: {
    type: 'bool',
    default: false,
    doc: 'Accepted: credentials are always sent with the first request',
  },
  validate_certs: { type: 'bool', default: true, doc: 'Check the certificate of the server' },
  use_proxy: { type: 'bool', default: true, doc: 'Use the proxy that the environment names' },
  use_netrc: { type: 'bool', default: true, doc: 'Take credentials from ~/.netrc' },
  decompress: { type: 'bool', default: true, doc: 'Undo a content encoding' },
  client_cert: { type: 'path', doc: 'Client certificate, on the target' },
  client_key: { type: 'path', doc: 'Its key, on the target' },
  ciphers: { type: 'list', elements: 'str', doc: 'TLS ciphers' },
  tmp_dest: { type: 'path', doc: 'Folder to download into first' },
  ...ATTRIBUTE_ARGS,
} as const
type UrlArgs = Args<typeof ARGS>

interface View {
  readonly dest: DestView
  /** The file of checksums; empty where none was asked for. */
  readonly sums: string
  /** What the server answered, where it had to be asked to know whether anything changes. */
  readonly response: Response | undefined
  /** The file's checksum by the algorithm that is wanted. */
  readonly current: string
}

/**
 * Download a file to the target. To know what would change, the probe asks the server where the answer depends on it:
 * with `force`, and for a folder; nothing is written then.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/get_url_module.html
 *
 * @example
 * { get_url: { url: 'https://dl.k8s.io/v1.30.0/bin/linux/amd64/kubectl', dest: '/usr/local/bin/kubectl',
 *   checksum: 'sha256:https://dl.k8s.io/v1.30.0/bin/linux/amd64/kubectl.sha256', mode: '0755' } }
 */
export const get_url = defineModule({
  name: 'get_url',
  doc: 'Download a file to the target',
  args: ARGS,
  probe(args, { target }) {
    const wanted = parseChecksum(args.checksum)
    return lines(
      lookFunctions(target.userland),
      fetchFunction('fetch_file', download(args, args.url)),
      sumsProbe(args, wanted),
      askProbe(args, wanted),
      destProbe(request(args, target.userland)),
      wanted && sh`if [ -f "$d" ]; then ${new Script(`sum_${wanted.algorithm}`)} <"$d" || exit 1; fi`,
    )
  },
  parse({ bytes }, args, { target }): View {
    const fields = fieldReader(bytes)
    const [sums, answer] = [fields.next(), fields.next()]
    const dest = readDest(fields.rest(), request(args, target.userland))
    const current = /^[0-9a-f]*/.exec(dest.before.toString('utf8'))?.[0] ?? ''
    return { dest, sums, current, response: answer === '' ? undefined : readResponse(answer) }
  },
  plan: (args, view) => planDownload(args, view),
  finish(outputs) {
    const { checksum, ...fields } = readWritten(outputs)
    const written = outputs.write
    if (written === undefined) return fields
    const { status_code } = readResponse(written.stderr)
    const elapsed = Math.round(written.end - written.start)
    return {
      ...fields,
      checksum_src: checksum,
      status_code: status_code ?? null,
      elapsed,
      msg: `OK (${fields.size} bytes)`,
    }
  },
})

function download(args: UrlArgs, url: string): Download {
  const { headers = {}, url_username: username, url_password: password, http_agent: agent } = args
  return { ...args, url, headers, username, password, agent }
}

function sumsProbe(args: UrlArgs, wanted: WantedChecksum | undefined): Script {
  if (wanted?.url === undefined) return sh`printf '\000'`
  return sh`${fetchFunction('fetch_sums', download(args, wanted.url))}
fetch_sums 3>/dev/null || exit 1; printf '\000'`
}

// The server is asked only where nothing else tells whether the file is the right one.
function askProbe(args: UrlArgs, wanted: WantedChecksum | undefined): Script {
  const dest = hostPath(args.dest)
  const place = sh`${dest}/"$n"`
  const known =
    wanted?.sum === undefined
      ? sh`false`
      : sh`[ -f ${place} ] && case $(${new Script(`sum_${wanted.algorithm}`)} <${place}) in ${wanted.sum}*) ;; *) false ;; esac`
  const inPlace = args.force && wanted === undefined ? sh`[ -e ${dest} ]` : sh`false`
  return sh`n=${urlFileName(args.url)}; r=
if [ -d ${dest} ]; then
  if ${known}; then :; else ${askOnly('r', 'fetch_file')}
${NAME_FROM_RESPONSE}
  fi
elif ${inPlace}; then ${askOnly('r', 'fetch_file')}; fi
printf '%s\000' "$r"`
}

function request(args: UrlArgs, userland: string): DestRequest {
  const { dest, owner, group } = args
  return { dest, owner, group, content: 'none', userland, name: new Script('"$n"') }
}

function planDownload(args: UrlArgs, view: View): Plan {
  const { dest, response } = view
  const { path, found, behind } = dest
  const result = { url: args.url, dest: path }
  const fail = (failed: string, more: Readonly<Record<string, unknown>> = {}): Plan => ({
    ...nothing({ ...result, ...more }),
    failed,
  })
  if (response !== undefined && !response.ok) {
    return fail(`Request failed: ${response.problem}`, {
      status_code: response.status_code ?? -1,
      response: response.problem,
    })
  }
  const wanted = parseChecksum(args.checksum)
  const sum = wanted?.sum ?? (wanted && findSum(view.sums, urlFileName(args.url)))
  if (wanted !== undefined && sum === undefined) {
    return fail(`Unable to find a checksum for file '${urlFileName(args.url)}' in '${wanted.url}'`)
  }
  if (!dest.hasParent || (args.dest.endsWith('/') && dest.missing.length > 0)) {
    throw new MissingError(`Destination ${parentOf(path)} does not exist`, { result })
  }
  const existing = found?.type === 'link' ? behind : found
  if (existing?.type === 'directory') return fail(`${path} is a folder, so no file can be downloaded there`)
  if (
    existing !== undefined &&
    isUpToDate({ sum, response, current: view.current, checksum: existing.checksum })
  ) {
    // As in Ansible a symbolic link gets the owner itself, and what it leads to stays as it is.
    const attributes = planAttributes(path, args, found ?? existing, dest.identity)
    const again = attributes.steps.length > 0 ? [statusStep(path)] : []
    return {
      changes: attributes.changes,
      steps: [...attributes.steps, ...again],
      result: { ...result, msg: 'file already exists', ...statusFields(existing), ...attributes.fields },
    }
  }
  return planFetch(args, view, { path, wanted, sum, result })
}

function isUpToDate(known: {
  readonly sum: string | undefined
  readonly response: Response | undefined
  readonly current: string
  readonly checksum: string | undefined
}): boolean {
  if (known.sum !== undefined) return known.sum === known.current
  return known.response === undefined || known.response.sum === known.checksum
}

function planFetch(
  args: UrlArgs,
  { dest, response }: View,
  to: {
    readonly path: string
    readonly wanted: WantedChecksum | undefined
    readonly sum: string | undefined
    readonly result: Readonly<Record<string, unknown>>
  },
): Plan {
  const { path, wanted, sum } = to
  const body = sh`${fetchFunction('fetch_file', download(args, args.url))}
${fetchBody('fetch_file')}`
  const problem = `The checksum for ${path} did not match ${sum}; the file stays as it was`
  const plan = planFile(
    { ...args, path, diff: false, report: true },
    {
      content: { script: args.tmp_dest === undefined ? body : viaFolder(args.tmp_dest, body) },
      checksum: response?.sum,
      verify:
        wanted && sum !== undefined
          ? sumCheck(wanted.algorithm, sum, problem.replaceAll('%s', '%'))
          : undefined,
    },
    dest.found,
    { identity: dest.identity },
  )
  const { checksum, ...fields } = plan.fields
  return {
    changes: plan.changes,
    steps: plan.steps,
    result: {
      ...to.result,
      ...fields,
      checksum_src: checksum ?? (wanted?.algorithm === 'sha1' ? sum : undefined),
      checksum_dest: dest.found?.checksum ?? dest.behind?.checksum ?? null,
      status_code: response?.status_code ?? 200,
      msg: 'OK (unknown bytes)',
    },
  }
}
