import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Account, emptyAccount } from './account.ts'
import { PROFILE_CALLS } from './profiles.ts'
import { type Answer, answerXml, Parameters, Refusal, refusalXml } from './protocol.ts'
import { PROVIDER_CALLS } from './providers.ts'
import { ROLE_CALLS } from './roles.ts'

/** A call that arrived, in order. */
export interface Call {
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
}

/** What happens to a call instead of, or after, being carried out. */
export interface Fault {
  /** Refuse it so. */
  readonly refuse?: Refusal
  /** Answer with this status and body. */
  readonly raw?: { readonly status: number; readonly body: string }
  /** Carry it out, and drop the connection instead of answering. */
  readonly drop?: true
  /** Carry it out, and answer only after so many milliseconds. */
  readonly slow?: number
}

/** A strict double of IAM and STS: what AWS's API documents, and moto does not enforce. */
export interface IamDouble {
  readonly url: string
  readonly account: Account
  readonly calls: Call[]
  /** The next calls of that action meet a fault each; `*` stands for any action. */
  fail(action: string, ...faults: readonly Fault[]): void
  /** Actions of the calls since the last time this was asked; reads only when wanted. */
  writes(): readonly string[]
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

/** Whether an action only reads. */
export function isRead(action: string): boolean {
  return /^(Get|List)/.test(action)
}

export async function startIamDouble(): Promise<IamDouble> {
  const account = emptyAccount()
  const calls: Call[] = []
  const faults = new Map<string, Fault[]>()
  let seen = 0
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parameters = new Parameters(new URLSearchParams(await bodyOf(request)))
    const action = parameters.required('Action')
    calls.push({ action, parameters: parameters.record() })
    const fault = faults.get(action)?.shift() ?? faults.get('*')?.shift() ?? {}
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
    if (fault.drop) request.socket.destroy()
    else if (fault.raw !== undefined) response.writeHead(fault.raw.status).end(fault.raw.body)
    else
      setTimeout(() => response.writeHead(status, { 'content-type': 'text/xml' }).end(body), fault.slow ?? 0)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    account,
    calls,
    fail: (action, ...more) => faults.set(action, [...(faults.get(action) ?? []), ...more]),
    writes() {
      const fresh = calls.slice(seen).map(({ action }) => action)
      seen = calls.length
      return fresh.filter((action) => !isRead(action))
    },
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: 'secret of the double',
      AWS_REGION: 'eu-central-1',
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const piece of request) text += piece
  return text
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
