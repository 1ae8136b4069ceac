import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { type Iam, iamAt } from './iam.ts'
import { issuerOf, Refused, verifyToken } from './relying-party.ts'
import { isTrusted } from './trust.ts'

export interface StsOptions {
  /** The endpoint behind this one, which plays every other call: IAM, the rest of STS, SSM. */
  readonly upstream: string
  /** PEM of the CAs that issuers may have their certificates from, asked for at each use. */
  readonly ca: () => Promise<string>
}

/** Messages that STS answers with HTTP status 403; the others are 400. */
const FORBIDDEN = ['AccessDenied']

/**
 * AssumeRoleWithWebIdentity as AWS decides it, in front of a double that hands out credentials to anyone: the token is
 * verified against its issuer, and the role's trust policy has the last word. All else goes to the endpoint behind.
 */
export function createSts({ upstream, ca }: StsOptions): Server {
  const iam = iamAt(upstream)
  return createServer(async (incoming, answer) => {
    try {
      const body = await readAll(incoming)
      const form = new URLSearchParams(body.toString('utf8'))
      if (form.get('Action') === 'AssumeRoleWithWebIdentity') await authorize(form, iam, ca)
      forward(incoming, body, answer, upstream)
    } catch (error) {
      refuse(error, answer)
    }
  })
}

async function authorize(form: URLSearchParams, iam: Iam, ca: StsOptions['ca']): Promise<void> {
  const [role, token] = [form.get('RoleArn') ?? '', form.get('WebIdentityToken') ?? '']
  const [, account = '', name = ''] = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(role) ?? []
  if (name === '') throw new Refused('ValidationError', `${role} is invalid`)
  const issuer = issuerOf(token)
  const host = issuer.replace('https://', '')
  const federated = `arn:aws:iam::${account}:oidc-provider/${host}`
  const audiences = await iam.audiences(federated)
  if (audiences === undefined) {
    const message = `No OpenIDConnect provider found in your account for ${issuer}`
    throw new Refused('InvalidIdentityToken', message)
  }
  const { sub = '', aud = [] } = await verifyToken(token, issuer, { ca: await ca(), audiences })
  const policy = await iam.trustPolicy(name)
  const context = {
    [`${host}:aud`.toLowerCase()]: [aud].flat(),
    [`${host}:sub`.toLowerCase()]: [sub],
  }
  const action = 'sts:AssumeRoleWithWebIdentity'
  if (policy === undefined || !isTrusted(policy, { action, federated, context })) {
    throw new Refused('AccessDenied', `Not authorized to perform ${action}`)
  }
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function forward(incoming: IncomingMessage, body: Buffer, answer: ServerResponse, upstream: string): void {
  const { method, url = '/', headers } = incoming
  const options = { method, headers: { ...headers, 'content-length': String(body.length) } }
  const onward = request(new URL(url, upstream), options, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(answer)
  })
  onward.on('error', (error) => refuse(error, answer))
  onward.end(body)
}

function refuse(error: unknown, answer: ServerResponse): void {
  const code = error instanceof Refused ? error.code : 'InternalFailure'
  const status = FORBIDDEN.includes(code) ? 403 : code === 'InternalFailure' ? 500 : 400
  const text = (error instanceof Error ? error.message : String(error))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
  answer.writeHead(status, { 'Content-Type': 'text/xml' })
  answer.end(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
      `<Code>${code}</Code><Message>${text}</Message></Error><RequestId>lab</RequestId></ErrorResponse>\n`,
  )
}
