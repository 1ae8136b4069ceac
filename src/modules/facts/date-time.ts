import { sh } from '../../core/quote.ts'
import type { Topic } from './source.ts'

const FORMAT = '%s|%N|%Y|%m|%d|%H|%M|%S|%A|%w|%W|%Z|%z'

/** The target's clock. */
export const dateTime: Topic = {
  name: 'date_time',
  subsets: ['min'],
  script: sh`LC_ALL=C date ${`+${FORMAT}`}`,
  parse: (source) => ({ date_time: parseDate(source.printed('date_time').trim()) }),
}

/** Reads what `date` printed; the ISO 8601 fields are UTC, the others in the target's time zone. */
export function parseDate(printed: string): Readonly<Record<string, string>> {
  const [
    epoch = '0',
    nanoseconds = '',
    year = '',
    month = '',
    day = '',
    hour = '',
    minute = '',
    second = '',
  ] = printed.split('|')
  const [weekday = '', number = '', week = '', tz = '', offset = ''] = printed.split('|').slice(8)
  const micro = /^\d{9}$/.test(nanoseconds) ? nanoseconds.slice(0, 6) : '000000'
  const iso = new Date(Number(epoch) * 1000).toISOString().slice(0, 19)
  const local = `${year}${month}${day}T${hour}${minute}${second}`
  return {
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}`,
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday,
    weekday_number: number,
    weeknumber: week,
    epoch,
    epoch_int: epoch,
    iso8601: `${iso}Z`,
    iso8601_micro: `${iso}.${micro}Z`,
    iso8601_basic: `${local}${micro}`,
    iso8601_basic_short: local,
    tz,
    tz_dst: tz,
    tz_offset: offset,
  }
}
