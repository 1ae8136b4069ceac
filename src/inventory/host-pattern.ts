/** What a host line or key names: one host or a range of them, and the port behind the last colon. */
export interface HostNames {
  readonly names: readonly string[]
  readonly port: number | undefined
}

export interface ExpandOptions {
  /** Whether brackets are ranges; in a name that came from elsewhere they are characters. */
  readonly ranges?: boolean
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const MOST_HOSTS = 1_000_000
const PORT = /^(?:\[([0-9a-fA-F:.]+(?:%[^\]]+)?)\]|((?:[^:[\]]|\[[^\]]*\])+)):(\d+)$/
const BRACKETED_ADDRESS = /^\[([0-9a-fA-F]*:[0-9a-fA-F:.]+(?:%[^\]]+)?)\]$/

/**
 * Expands `web[01:20:2].example.com:2222` to its host names and port.
 * Ranges are `[from:to]` or `[from:to:step]`, of numbers (leading zeros kept) or letters; several may follow
 * one another (Ansible: 'Adding ranges of hosts'). `[2001:db8::1]:2222` is an address with a port.
 * @throws RangeError saying what is wrong with a range; the caller adds where
 */
export function expandHosts(pattern: string, { ranges = true }: ExpandOptions = {}): HostNames {
  const withPort = PORT.exec(pattern)
  const address = BRACKETED_ADDRESS.exec(pattern)?.[1] ?? withPort?.[1]
  const port = withPort?.[3] === undefined ? undefined : Number(withPort[3])
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw new RangeError(`port ${port} of '${pattern}' is not between 1 and 65535`)
  }
  if (address !== undefined) return { names: [address], port }
  const text = withPort?.[2] ?? pattern
  return { names: ranges ? expandRanges(text, pattern) : [text], port }
}

function expandRanges(text: string, whole: string): string[] {
  const open = text.indexOf('[')
  if (open < 0) return [text]
  const close = text.indexOf(']', open)
  if (close < 0) throw new RangeError(`'${whole}' has a '[' without a ']'; write a range as [from:to]`)
  const heads = range(text.slice(open + 1, close), whole)
  const tails = expandRanges(text.slice(close + 1), whole)
  if (heads.length * tails.length > MOST_HOSTS) {
    throw new RangeError(`'${whole}' names more than ${MOST_HOSTS} hosts`)
  }
  const before = text.slice(0, open)
  return heads.flatMap((head) => tails.map((tail) => `${before}${head}${tail}`))
}

function range(text: string, whole: string): string[] {
  const parts = text.split(':')
  const [from = '', to = '', stepText = '1'] = parts
  const step = Number(stepText)
  if (parts.length < 2 || parts.length > 3 || to === '') {
    throw new RangeError(`'${whole}': '[${text}]' is not a range; write [from:to] or [from:to:step]`)
  }
  if (!Number.isInteger(step) || step < 1) {
    throw new RangeError(`'${whole}': the step of '[${text}]' must be a whole number above 0`)
  }
  if (ALPHABET.includes(from) && from.length === 1) return letters(from, to, step, `'${whole}': '[${text}]'`)
  return numbers(from === '' ? '0' : from, to, step, `'${whole}': '[${text}]'`)
}

function letters(from: string, to: string, step: number, what: string): string[] {
  const first = ALPHABET.indexOf(from)
  const last = to.length === 1 ? ALPHABET.indexOf(to) : -1
  if (last < first) throw new RangeError(`${what} must go up, from a to z and then from A to Z`)
  return [...ALPHABET.slice(first, last + 1)].filter((_, index) => index % step === 0)
}

function numbers(from: string, to: string, step: number, what: string): string[] {
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) throw new RangeError(`${what} mixes numbers and letters`)
  const width = from.length > 1 && from.startsWith('0') ? from.length : 0
  if (width > 0 && to.length !== width) {
    throw new RangeError(`${what}: with a leading zero both ends need the same number of digits`)
  }
  const [first, last] = [Number(from), Number(to)]
  if (last < first) throw new RangeError(`${what} must go up`)
  const count = Math.floor((last - first) / step) + 1
  if (count > MOST_HOSTS) throw new RangeError(`${what} names more than ${MOST_HOSTS} hosts`)
  return Array.from({ length: count }, (_, index) => String(first + index * step).padStart(width, '0'))
}
