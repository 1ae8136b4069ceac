import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Account, emptyAccount } from './account.ts'
import { type CallLog, createCallLog, type Fault } from './call-log.ts'
import { PROFILE_CALLS } from './profiles.ts'
import { type Answer, answerXml, Parameters, Refusal, refusalXml } from './protocol.ts'
import { PROVIDER_CALLS } from './providers.ts'
import { ROLE_CALLS } from './roles.ts'

/** A strict double of IAM and STS: what AWS's API documents, and moto does not enforce. */
export interface IamDouble extends CallLog {
  readonly url: string
  readonly account: Account
  /** Environment of a run that asks this double. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

const KEY = 'AKIADOUBLE'
const CALLS: Readonly<Record<string, (account: Account, parameters: Parameters) => Answer>> = {
  ...PROVIDER_CALLS,
  ...ROLE_CALLS,
  ...PROFILE_CALLS,
}

export async function startIamDouble(): Promise<IamDouble> {
  const account = emptyAccount()
  const log = createCallLog()
  const { url, close } = await listen(async (request, response) => {
    const parameters = new Parameters(new URLSearchParams((await bodyOf(request)).toString()))
    const action = parameters.required('Action')
    const fault = log.arrived({ action, parameters: parameters.record() })
    const service = parameters.required('Version') === '2011-06-15' ? 'sts' : 'iam'
    let status = 200
    let body: string
    try {
      if (fault.refuse !== undefined) throw fault.refuse
      authorize(request, service)
      body = answerXml(service, action, carryOut(account, service, action, parameters))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      status = error.status
      body = refusalXml(service, error)
    }
    answer(response, { status, body }, fault)
  })
  return { ...log, url, account, environment: environmentFor(url, KEY), close }
}

/** The environment of a run that asks the server of that URL, as whoever has that key. */
export function environmentFor(url: string, key: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: 'the secret of a test',
    AWS_REGION: 'eu-central-1',
  }
}

/** Answers a call, unless a fault is in the way. */
export function answer(
  response: ServerResponse,
  { status, body }: { readonly status: number; readonly body: string | Buffer },
  { drop, raw, slow = 0 }: Fault,
): void {
  if (drop) response.socket?.destroy()
  else if (raw !== undefined) response.writeHead(raw.status).end(raw.body)
  else setTimeout(() => response.writeHead(status, { 'content-type': 'text/xml' }).end(body), slow)
}

/** An HTTP server on a free port of the loopback. */
export async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}

// The signature itself is the SDK's business; whose it is, and that it is one, is checked.
function authorize({ headers }: IncomingMessage, service: string): void {
  const [, key, scope] =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d{8}\/[\w-]+\/(\w+)\/aws4_request/.exec(
      headers.authorization ?? '',
    ) ?? []
  if (key !== KEY || scope !== service)
    throw new Refusal('InvalidClientTokenId', 'The security token included in the request is invalid.')
}

function carryOut(account: Account, service: string, action: string, parameters: Parameters): Answer {
  if (service === 'sts' && action === 'GetCallerIdentity') {
    return { Arn: `arn:aws:iam::${account.id}:user/tester`, UserId: 'AIDADOUBLE', Account: account.id }
  }
  const call = CALLS[action]
  if (call === undefined) throw new Refusal('InvalidAction', `Could not find operation ${action}`)
  return call(account, parameters)
}
