import { truth } from '../../core/values/compare.ts'
import { toNumber } from '../../core/values/numbers.ts'
import { str, text } from '../../core/values/text.ts'
import { EvaluationError } from '../../core/values/types.ts'
import { DateTime } from '../python/datetime.ts'
import { toFloat } from '../python/percent.ts'
import { strftime, strptime } from '../python/strftime.ts'
import { type FilterTable, filter } from './define.ts'

/** Filters over dates. */
export const timeFilters: FilterTable = {
  strftime: filter('second utc', (value, [second, utc]) => {
    const given = second === undefined || second === null ? Date.now() / 1000 : toFloat(second)
    if (given === undefined) throw new EvaluationError(`Invalid value for epoch value (${str(second)})`)
    return strftime(text(value, 'strftime'), new Date(toNumber(given) * 1000), truth(utc) ? 'UTC' : 'local')
  }),
  to_datetime: filter(
    'format',
    (value, [format = '%Y-%m-%d %H:%M:%S']) =>
      new DateTime(strptime(text(value, 'to_datetime'), text(format, 'format'))),
  ),
}
