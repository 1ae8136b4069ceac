import { toNumber } from '../../core/values/numbers.ts'
import { Quantity } from '../../core/values/quantity.ts'
import { text } from '../../core/values/text.ts'
import { float } from '../../core/values/types.ts'
import { Callable } from './call.ts'
import { strftime } from './strftime.ts'
import type { MethodRule } from './string-methods.ts'

const day = 86_400_000
const two = (number: number): string => String(Math.trunc(number)).padStart(2, '0')

/** A span of time in milliseconds, as the difference of two dates. */
export class TimeDelta extends Quantity {
  readonly typeName = 'timedelta'
  readonly order: number

  constructor(milliseconds: number) {
    super()
    this.order = milliseconds
  }

  member(name: string): unknown {
    const days = Math.floor(this.order / day)
    if (name === 'days') return days
    if (name === 'seconds') return Math.floor((this.order - days * day) / 1000)
    if (name === 'microseconds') return Math.round(((this.order % 1000) + 1000) % 1000) * 1000
    return name === 'total_seconds' ? new Callable(name, () => float(this.order / 1000)) : undefined
  }

  plus(other: unknown, sign: 1 | -1): unknown {
    if (other instanceof TimeDelta) return new TimeDelta(this.order + sign * other.order)
    return other instanceof DateTime && sign === 1 ? new DateTime(other.order + this.order) : undefined
  }

  format(): string {
    return this.toText()
  }

  override toText(): string {
    const days = Math.floor(this.order / day)
    const rest = (this.order - days * day) / 1000
    const clock = `${Math.floor(rest / 3600)}:${two((rest / 60) % 60)}:${two(rest % 60)}`
    return days === 0 ? clock : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${clock}`
  }

  override toRepr(): string {
    const days = Math.floor(this.order / day)
    const seconds = Math.floor((this.order - days * day) / 1000)
    const parts = [days === 0 ? '' : `days=${days}`, seconds === 0 ? '' : `seconds=${seconds}`].filter(
      (part) => part !== '',
    )
    return `datetime.timedelta(${parts.join(', ') || '0'})`
  }
}

const fields: Readonly<Record<string, (date: Date) => number>> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds(),
  microsecond: (date) => date.getUTCMilliseconds() * 1000,
}

/** A date without a zone: its fields are kept as if they were UTC. */
export class DateTime extends Quantity {
  readonly typeName = 'datetime'
  readonly order: number

  constructor(milliseconds: number) {
    super()
    this.order = milliseconds
  }

  member(name: string): unknown {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field !== undefined) return field(new Date(this.order))
    const method = Object.hasOwn(dateMethods, name) ? dateMethods[name] : undefined
    return method === undefined
      ? undefined
      : new Callable(name, (positional) => method.run(this, [...positional]))
  }

  plus(other: unknown, sign: 1 | -1): unknown {
    if (other instanceof TimeDelta) return new DateTime(this.order + sign * other.order)
    return other instanceof DateTime && sign === -1 ? new TimeDelta(this.order - other.order) : undefined
  }

  format(spec: string): string {
    return strftime(spec, new Date(this.order), 'UTC')
  }

  override toText(): string {
    return this.format('%Y-%m-%d %H:%M:%S') + (this.order % 1000 === 0 ? '' : `.${this.format('%f')}`)
  }

  override toRepr(): string {
    const date = new Date(this.order)
    const all = Object.values(fields).map((field) => field(date))
    while (all.length > 5 && all.at(-1) === 0) all.pop()
    return `datetime.datetime(${all.join(', ')})`
  }
}

const dateMethods: Readonly<Record<string, MethodRule<DateTime>>> = {
  strftime: { parameters: ['format'], run: (self, [format]) => self.format(text(format, 'format')) },
  isoformat: {
    parameters: ['sep'],
    run: (self, [separator = 'T']) => self.toText().replace(' ', text(separator, 'sep')),
  },
  timestamp: { parameters: [], run: (self) => float(localTime(self.order).getTime() / 1000) },
  weekday: { parameters: [], run: (self) => (new Date(self.order).getUTCDay() + 6) % 7 },
  isoweekday: { parameters: [], run: (self) => new Date(self.order).getUTCDay() || 7 },
  toordinal: { parameters: [], run: (self) => Math.floor(self.order / day) + 719_163 },
  date: { parameters: [], run: (self) => self.format('%Y-%m-%d') },
  time: { parameters: [], run: (self) => self.format('%H:%M:%S') },
}

/** The moment at which clocks here show the fields of a date. */
function localTime(order: number): Date {
  const date = new Date(order)
  const [year, month, ...rest] = Object.values(fields).map((field) => field(date))
  return new Date(year ?? 0, (month ?? 1) - 1, ...(rest.slice(0, 4) as [number]))
}

/** The date that clocks here (or in UTC) show at a moment. */
export function dateAt(moment: Date, zone: 'local' | 'UTC'): DateTime {
  const offset = zone === 'UTC' ? 0 : moment.getTimezoneOffset() * 60_000
  return new DateTime(toNumber(moment.getTime()) - offset)
}
