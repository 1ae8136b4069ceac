import { EvaluationError } from '../../core/values/types.ts'

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
]

type Zone = 'local' | 'UTC'

interface Fields {
  readonly date: Date
  readonly zone: Zone
}

/** The same instant with its local fields where UTC fields are read. */
function shifted(moment: Date, zone: Zone): Date {
  return zone === 'UTC' ? moment : new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
}

const pad = (number: number, width = 2, fill = '0'): string => String(number).padStart(width, fill)
const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12

/** Year and number of the ISO week: the one that has this week's Thursday. */
function isoWeek(date: Date): [year: number, week: number] {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000)
  return [thursday.getUTCFullYear(), Math.floor((dayOfYear(thursday) - 1) / 7) + 1]
}

function offset({ date, zone }: Fields): string {
  if (zone === 'UTC') return '+0000'
  const minutes = -new Date(date.getTime()).getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${pad(size % 60)}`
}

const directives: Readonly<Record<string, (fields: Fields) => string>> = {
  a: ({ date }) => (days[date.getUTCDay()] ?? '').slice(0, 3),
  A: ({ date }) => days[date.getUTCDay()] ?? '',
  b: ({ date }) => (months[date.getUTCMonth()] ?? '').slice(0, 3),
  B: ({ date }) => months[date.getUTCMonth()] ?? '',
  C: ({ date }) => pad(Math.floor(date.getUTCFullYear() / 100)),
  d: ({ date }) => pad(date.getUTCDate()),
  e: ({ date }) => pad(date.getUTCDate(), 2, ' '),
  f: ({ date }) => pad(date.getUTCMilliseconds() * 1000, 6),
  G: ({ date }) => String(isoWeek(date)[0]),
  g: ({ date }) => pad(isoWeek(date)[0] % 100),
  H: ({ date }) => pad(date.getUTCHours()),
  I: ({ date }) => pad(hour12(date)),
  j: ({ date }) => pad(dayOfYear(date), 3),
  k: ({ date }) => pad(date.getUTCHours(), 2, ' '),
  l: ({ date }) => pad(hour12(date), 2, ' '),
  m: ({ date }) => pad(date.getUTCMonth() + 1),
  M: ({ date }) => pad(date.getUTCMinutes()),
  n: () => '\n',
  p: ({ date }) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: ({ date }) => (date.getUTCHours() < 12 ? 'am' : 'pm'),
  s: ({ date, zone }) =>
    String(
      Math.floor(
        (zone === 'UTC' ? date.getTime() : date.getTime() + date.getTimezoneOffset() * 60_000) / 1000,
      ),
    ),
  S: ({ date }) => pad(date.getUTCSeconds()),
  t: () => '\t',
  u: ({ date }) => String(date.getUTCDay() || 7),
  U: ({ date }) => pad(Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7)),
  V: ({ date }) => pad(isoWeek(date)[1]),
  w: ({ date }) => String(date.getUTCDay()),
  W: ({ date }) => pad(Math.floor((dayOfYear(date) + 6 - ((date.getUTCDay() + 6) % 7)) / 7)),
  y: ({ date }) => pad(date.getUTCFullYear() % 100),
  Y: ({ date }) => String(date.getUTCFullYear()),
  z: offset,
  Z: ({ zone }) => (zone === 'UTC' ? 'UTC' : zoneName()),
  '%': () => '%',
}

const groups: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  h: '%b',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
}

function zoneName(): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(new Date())
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** Formats a moment by C's strftime in the C locale, in local time or in UTC. */
export function strftime(format: string, moment: Date, zone: Zone): string {
  const fields = { date: shifted(moment, zone), zone }
  const whole = format.replace(/%([cDFhrRTxX])/g, (_, name: string) => groups[name] ?? '')
  return whole.replace(/%-?([a-zA-Z%])/g, (directive, name: string) => {
    const write = Object.hasOwn(directives, name) ? directives[name] : undefined
    if (write === undefined) return directive
    const text = write(fields)
    return directive.startsWith('%-') ? text.replace(/^[0 ]+(?=.)/, '') : text
  })
}

const readers: Readonly<Record<string, string>> = {
  Y: String.raw`(?<Y>\d{4})`,
  y: String.raw`(?<y>\d{2})`,
  m: '(?<m>1[0-2]|0?[1-9])',
  d: String.raw`(?<d>3[01]|[12]\d|0?[1-9]| [1-9])`,
  H: String.raw`(?<H>2[0-3]|[01]?\d)`,
  I: '(?<I>1[0-2]|0?[1-9])',
  M: String.raw`(?<M>[0-5]?\d)`,
  S: String.raw`(?<S>6[01]|[0-5]?\d)`,
  f: String.raw`(?<f>\d{1,6})`,
  j: String.raw`(?<j>\d{1,3})`,
  p: '(?<p>AM|PM)',
  z: String.raw`(?<z>Z|[+-]\d{2}:?\d{2})`,
  Z: '(?<Z>UTC|GMT)',
  b: `(?<b>${months.map((name) => name.slice(0, 3)).join('|')})`,
  B: `(?<B>${months.join('|')})`,
  a: `(?:${days.map((name) => name.slice(0, 3)).join('|')})`,
  A: `(?:${days.join('|')})`,
  s: '(?<s>\\d+)',
  '%': '%',
}

/**
 * Reads a date by a format of strptime.
 * @returns the date's fields as milliseconds since 1970, as if they were UTC
 */
export function strptime(source: string, format: string): number {
  const whole = format.replace(/%([DFRTxX])/g, (_, name: string) => groups[name] ?? '')
  const body = whole.replace(/%(.)|\s+|[.*+?^${}()|[\]\\]/g, (piece, name?: string) => {
    if (/^\s/.test(piece)) return '\\s+'
    if (name === undefined) return `\\${piece}`
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined) throw new EvaluationError(`'${name}' is a bad directive in format '${format}'`)
    return reader
  })
  const match = new RegExp(`^${body}$`, 'i').exec(source)
  if (match === null) throw new EvaluationError(`time data '${source}' does not match format '${format}'`)
  const { Y, y, m, d, H, I, M, S, f, j, p, b, B, s } = match.groups ?? {}
  if (s !== undefined) return Number(s) * 1000
  const year =
    Y !== undefined ? Number(Y) : y !== undefined ? Number(y) + (Number(y) < 69 ? 2000 : 1900) : 1900
  const byName = months.findIndex((name) => name.toLowerCase().startsWith((B ?? b ?? '-').toLowerCase()))
  const month = m !== undefined ? Number(m) - 1 : Math.max(0, byName)
  const hour = I === undefined ? Number(H ?? 0) : (Number(I) % 12) + (p?.toUpperCase() === 'PM' ? 12 : 0)
  const milliseconds = Math.floor(Number((f ?? '0').padEnd(6, '0')) / 1000)
  const day = j === undefined ? Number(d ?? 1) : Number(j)
  return Date.UTC(year, j === undefined ? month : 0, day, hour, Number(M ?? 0), Number(S ?? 0), milliseconds)
}
