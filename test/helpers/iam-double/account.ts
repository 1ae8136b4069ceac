/** What one account holds; the double's memory. */
export interface Account {
  readonly id: string
  readonly providers: Map<string, Shown<Provider>>
  /** By lower-case name: names are unique whatever their case. */
  readonly roles: Map<string, Shown<Role>>
  readonly profiles: Map<string, { path: string; roles: string[] }>
  /** Managed policies by ARN. */
  readonly policies: Map<string, string>
  /** Reads that still see the old state after each write. */
  lag: number
  /** What IAM finds when it fetches the issuer's certificate itself; undefined: it cannot. */
  thumbprint: string | undefined
  readonly limits: { providers: number; roles: number; policySize: number; policies: number }
}

export interface Provider {
  url: string
  clientIds: string[]
  thumbprints: string[]
  tags: Map<string, string>
}

export interface Role {
  name: string
  path: string
  trust: string
  description: string
  duration: number
  boundary: string
  tags: Map<string, string>
  attached: string[]
  inline: Map<string, string>
}

export function emptyAccount(): Account {
  return {
    id: '123456789012',
    providers: new Map(),
    roles: new Map(),
    profiles: new Map(),
    policies: new Map(
      ['AmazonSSMReadOnlyAccess', 'AmazonS3ReadOnlyAccess', 'PowerUserAccess'].map((name) => [
        `arn:aws:iam::aws:policy/${name}`,
        name,
      ]),
    ),
    lag: 0,
    thumbprint: 'ab'.repeat(20),
    limits: { providers: 100, roles: 1000, policySize: 2048, policies: 10 },
  }
}

/** Something that readers see later than it is written. */
export class Shown<T> {
  #old: T | undefined
  #left = 0
  #now: T | undefined

  /** What writers work on. */
  get now(): T | undefined {
    return this.#now
  }

  write(value: T | undefined, lag: number): void {
    if (this.#left === 0) this.#old = structuredClone(this.#now)
    this.#now = value
    this.#left = lag
  }

  /** What a reader gets. */
  read(): T | undefined {
    if (this.#left === 0) return this.#now
    this.#left--
    return this.#old
  }
}
