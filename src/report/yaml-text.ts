import { stringify } from 'yaml'
import { printable } from '../core/printable.ts'

const MARGIN = '    '

/** A result's fields as YAML on lines of their own, below the line of the host, as Ansible's callbacks write them. */
export function yamlText(value: unknown): string {
  const text = stringify(value, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false })
  return `\n${text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : MARGIN + printable(line)))
    .join('\n')}`
}
