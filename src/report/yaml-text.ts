import { Scalar, stringify } from 'yaml'
import { printable } from '../core/printable.ts'
import { PyFloat } from '../core/values/types.ts'

const MARGIN = '    '

/** A result's fields as YAML on lines of their own, below the line of the host, as Ansible's callbacks write them. */
export function yamlText(value: unknown): string {
  const text = stringify(value, withFloats, {
    sortMapEntries: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })
  return `\n${text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : MARGIN + printable(line)))
    .join('\n')}`
}

// A whole float keeps its `.0`.
function withFloats(_key: unknown, value: unknown): unknown {
  return value instanceof PyFloat ? Object.assign(new Scalar(value.value), { minFractionDigits: 1 }) : value
}
