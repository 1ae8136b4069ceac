/** The parameters of a call, as AWS's query protocol flattens them: `Tags.member.1.Key`. */
export class Parameters {
  readonly #form: URLSearchParams

  constructor(form: URLSearchParams) {
    this.#form = form
  }

  optional(name: string): string | undefined {
    return this.#form.get(name) ?? undefined
  }

  /** @throws {Refusal} when it is not there */
  required(name: string): string {
    const value = this.optional(name)
    if (value === undefined) throw new Refusal('ValidationError', `${name} must not be null`)
    return value
  }

  list(name: string): string[] {
    const found: string[] = []
    for (let n = 1; this.#form.has(`${name}.member.${n}`); n++)
      found.push(this.required(`${name}.member.${n}`))
    return found
  }

  tags(): Map<string, string> {
    const found = new Map<string, string>()
    for (let n = 1; this.#form.has(`Tags.member.${n}.Key`); n++)
      found.set(this.required(`Tags.member.${n}.Key`), this.required(`Tags.member.${n}.Value`))
    if (found.size > 50)
      throw new Refusal('LimitExceeded', 'The number of tags has reached the maximum limit.')
    return found
  }

  /** All of them, for the log. */
  record(): Record<string, string> {
    return Object.fromEntries(this.#form)
  }
}

const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InvalidClientTokenId: 403,
  ConcurrentModification: 409,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  LimitExceeded: 409,
  NoSuchEntity: 404,
  InternalFailure: 500,
  ServiceUnavailable: 503,
}

/** An error as IAM answers it. */
export class Refusal extends Error {
  readonly awsCode: string
  readonly status: number

  constructor(awsCode: string, message: string, status = STATUS[awsCode] ?? 400) {
    super(message)
    this.awsCode = awsCode
    this.status = status
  }
}

export type Answer = Readonly<Record<string, unknown>>

const NAMESPACES: Readonly<Record<string, string>> = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
}

export function answerXml(service: string, action: string, answer: Answer): string {
  const result = Object.keys(answer).length === 0 ? '' : element(`${action}Result`, answer)
  const metadata = element('ResponseMetadata', { RequestId: 'double' })
  return `<${action}Response xmlns="${NAMESPACES[service]}">${result}${metadata}</${action}Response>`
}

export function refusalXml(service: string, { awsCode, message, status }: Refusal): string {
  const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: awsCode, Message: message }
  return `<ErrorResponse xmlns="${NAMESPACES[service]}">${element('Error', error)}${element('RequestId', 'double')}</ErrorResponse>`
}

function element(name: string, value: unknown): string {
  if (value === undefined) return ''
  return `<${name}>${content(value)}</${name}>`
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => element('member', one)).join('')
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z/, 'Z')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, one]) => element(name, one))
      .join('')
  return String(value).replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)
}
