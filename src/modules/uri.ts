import { readFile } from 'node:fs/promises'
import { ArgumentError, MissingError } from '../core/errors.ts'
import { type Controller, defineModule, type Finish, nothing, type Plan, type Step } from '../core/module.ts'
import { lines, type Script, sh } from '../core/quote.ts'
import type { Target } from '../core/remote.ts'
import { newPath, planAttributes } from './shared/attributes.ts'
import { type DestRequest, type DestView, destProbe, readDest } from './shared/dest.ts'
import { urlFileName } from './shared/download/sums-file.ts'
import { chmodMode } from './shared/file-mode.ts'
import { fieldReader, hostPath, parentOf } from './shared/path-state.ts'
import { readStatus, statusStep } from './shared/status-step.ts'
import { answerFields, readAnswer } from './uri/answer.ts'
import { encodeBody, multipartFiles } from './uri/body.ts'
import { exchangeScript } from './uri/exchange.ts'
import { URI_PARAMETERS, type UriArgs } from './uri/parameters.ts'
import type { Exchange } from './uri/tools.ts'

interface Local {
  /** Files of the controller that are sent, by the name they were given. */
  readonly files: ReadonlyMap<string, Buffer>
}

interface View {
  readonly skipped: string | undefined
  readonly dest: DestView | undefined
}

/** The exit code of a write that has nothing to write. */
const SAME = 44

/**
 * Ask a web service for something, on the target. It changes nothing but `dest`, so check mode only says what would
 * be asked.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/uri_module.html
 *
 * @example
 * { uri: { url: 'http://localhost:8080/api/users', method: 'POST', body_format: 'json', body: { name: 'alice' },
 *   status_code: [200, 201] } }
 */
export const uri = defineModule({
  name: 'uri',
  doc: 'Ask a web service for something, on the target',
  exact: true,
  args: URI_PARAMETERS,
  rules: { mutually_exclusive: [['body', 'src']] },
  prepare: async (args, controller): Promise<Local> => ({ files: await readFiles(args, controller) }),
  probe({ creates, removes, dest, owner, group, url }, { target }) {
    const there = (path: string) => sh`[ -e ${hostPath(path)} ]`
    return lines(
      creates === undefined ? undefined : sh`if ${there(creates)}; then printf 'creates\000'; exit 0; fi`,
      removes === undefined
        ? undefined
        : sh`if ${there(removes)}; then :; else printf 'removes\000'; exit 0; fi`,
      sh`printf '\000'`,
      dest === undefined ? undefined : destProbe(request({ dest, owner, group, url }, target.userland)),
    )
  },
  parse({ bytes }, args, { target }): View {
    const { creates, removes, dest } = args
    const fields = fieldReader(bytes)
    const reason = fields.next()
    if (reason === 'creates') return { skipped: `skipped, since '${creates}' exists`, dest: undefined }
    if (reason === 'removes')
      return { skipped: `skipped, since '${removes}' does not exist`, dest: undefined }
    if (dest === undefined) return { skipped: undefined, dest: undefined }
    return { skipped: undefined, dest: readDest(fields.rest(), request({ ...args, dest }, target.userland)) }
  },
  plan: (args, view, { local, target }) => planRequest(args, view, { local, target }),
  finish: (outputs, args, plan) => finishRequest(outputs, args, plan),
})

async function readFiles({ src, body, body_format, remote_src }: UriArgs, controller: Controller) {
  const names = remote_src
    ? []
    : [...(src === undefined ? [] : [src]), ...(body_format === 'form-multipart' ? multipartFiles(body) : [])]
  const read = async (name: string) => [name, await readFile(controller.find('files', name))] as const
  return new Map(await Promise.all(names.map(read)))
}

function request(
  args: Pick<UriArgs, 'owner' | 'group' | 'url'> & { dest: string },
  userland: string,
): DestRequest {
  return { ...args, content: 'none', userland, name: urlFileName(args.url) }
}

function exchangeOf(args: UriArgs, { dest }: View, to: { local: Local; target: Target }): Exchange {
  const method = args.method.toUpperCase()
  if (!/^[A-Z]+$/.test(method)) {
    throw new ArgumentError(`uri: the method is one word, such as GET or POST, and this is '${args.method}'`)
  }
  const { src, body, body_format } = args
  const encoded = encodeBody(src === undefined ? body : undefined, body_format, to.local.files)
  const file = src === undefined ? [] : [to.local.files.get(src) ?? { path: src }]
  const pieces = [...(encoded?.pieces ?? []), ...file]
  if (method === 'HEAD' && pieces.length > 0) throw new ArgumentError('uri: a HEAD request has no body')
  const given = new Set(Object.keys(args.headers).map((name) => name.toLowerCase()))
  const found = dest?.found?.type === 'file' && !args.force ? dest.found : undefined
  return {
    ...args,
    method,
    body: pieces,
    headers: {
      ...args.headers,
      ...(encoded?.contentType && (body_format === 'form-multipart' || !given.has('content-type'))
        ? { 'Content-Type': encoded.contentType }
        : {}),
      ...(found === undefined ? {} : { 'If-Modified-Since': new Date(found.mtime * 1000).toUTCString() }),
      ...(args.force ? { 'Cache-Control': 'no-cache' } : {}),
    },
    username: args.url_username,
    password: args.url_password,
    agent: args.http_agent,
    folder: folderOf(to.target),
    keep: dest !== undefined,
  }
}

const folderOf = (target: Target) => `${target.temp}/uri`

function planRequest(args: UriArgs, view: View, to: { local: Local; target: Target }): Plan {
  if (view.skipped !== undefined) return nothing({ stdout: view.skipped })
  const exchange = exchangeOf(args, view, to)
  const label = `${exchange.method} ${args.url}`
  const result = {
    url: args.url,
    status: args.status_code[0] ?? 200,
    redirected: false,
    elapsed: 0,
    msg: `would ask: ${label}`,
    ...(args.return_content ? { content: '' } : {}),
  }
  const ask: Step = { kind: 'script', label, as: 'ask', script: exchangeScript(exchange) }
  if (view.dest === undefined) return { changes: [], steps: [ask], result }
  return planDest(args, view.dest, { ask, result, folder: exchange.folder })
}

function planDest(
  args: UriArgs,
  dest: DestView,
  to: { readonly ask: Step; readonly result: Readonly<Record<string, unknown>>; readonly folder: string },
): Plan {
  const { path, found, identity } = dest
  const body = sh`${`${to.folder}/body`}`
  if (!dest.hasParent)
    throw new MissingError(`Destination ${parentOf(path)} does not exist`, { result: to.result })
  const isFile = found !== undefined && found.type === 'file'
  const attributes = planAttributes(path, args, isFile ? found : newPath('file', identity), identity)
  // Without a body there was no success: then nothing that follows the request does anything.
  const write: Step = {
    kind: 'write',
    label: `write ${path}`,
    as: 'write',
    ok: [0, SAME],
    path: hostPath(path),
    content: { script: sh`cat <${body} 2>/dev/null; :` },
    owner: attributes.owner,
    group: attributes.group,
    mode: attributes.mode ?? (isFile ? chmodMode(found.mode) : undefined),
    validate: `{ if [ ! -e ${body} ] || { [ ! -L "$w_up/$w_n" ] && cmp -s %s "$w_up/$w_n"; }; then exit ${SAME}; fi\n}`,
  }
  const later = (isFile ? attributes.steps : []).map((step) => ({ ...step, ...guarded(step, body) }) as Step)
  const clean: Step = {
    kind: 'script',
    label: 'remove the answer',
    script: sh`rm -rf -- ${to.folder}; rmdir -- ${parentOf(to.folder)} 2>/dev/null; :`,
  }
  return {
    changes: [
      ...(found === undefined ? [{ what: 'state', before: 'absent', after: 'file' }] : []),
      ...(isFile ? attributes.changes : []),
    ],
    steps: [to.ask, write, ...later, clean, statusStep(path)],
    result: { ...to.result, path },
  }
}

function guarded(step: Step, body: Script): Partial<Step> {
  return step.kind === 'script' ? { script: lines(sh`[ -e ${body} ] || exit 0`, step.script) } : {}
}

function finishRequest(
  outputs: Readonly<Record<string, { stdout: string; code: number; start: number; end: number }>>,
  args: UriArgs,
  plan: Plan,
): Finish {
  const { ask, write } = outputs
  if (ask === undefined) return {}
  const answer = readAnswer(ask.stdout)
  const { status } = answer
  const unchanged = status === 304 && args.dest !== undefined && !args.force
  const fields = {
    ...answerFields(answer, args),
    elapsed: Math.floor(ask.end - ask.start),
    ...(args.return_content ? { content: answer.content } : {}),
  }
  if (!args.status_code.includes(status) && !unchanged) {
    const codes = `[${args.status_code.join(', ')}]`
    return {
      ...fields,
      changed: false,
      failed: true,
      msg: `Status code was ${status} and not ${codes}: ${fields.msg}`,
    }
  }
  if (write === undefined) return fields
  const changed = write.code === 0 || plan.changes.some(({ what }) => what !== 'state')
  const { size, state, uid, gid, owner, group, mode } = readStatus(outputs as never) as Record<
    string,
    unknown
  >
  return { ...fields, changed, path: plan.result?.path, size, state, uid, gid, owner, group, mode }
}
