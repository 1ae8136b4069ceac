import { EvaluationError } from '../../core/values/types.ts'

/** Delimiters and white space rules of a template, by the names that Ansible and Jinja2 give them. */
export interface Syntax {
  readonly block_start_string: string
  readonly block_end_string: string
  readonly variable_start_string: string
  readonly variable_end_string: string
  readonly comment_start_string: string
  readonly comment_end_string: string
  /** What begins a line that is a block, and one that is a comment; empty where there are none. */
  readonly line_statement_prefix: string
  readonly line_comment_prefix: string
  readonly trim_blocks: boolean
  readonly lstrip_blocks: boolean
  readonly newline_sequence: string
  readonly keep_trailing_newline: boolean
}

/** Ansible's defaults: Jinja2's own, with trim_blocks on. */
export const defaultSyntax: Syntax = {
  block_start_string: '{%',
  block_end_string: '%}',
  variable_start_string: '{{',
  variable_end_string: '}}',
  comment_start_string: '{#',
  comment_end_string: '#}',
  line_statement_prefix: '',
  line_comment_prefix: '',
  trim_blocks: true,
  lstrip_blocks: false,
  newline_sequence: '\n',
  keep_trailing_newline: false,
}

const header = '#jinja2:'

/**
 * Takes a `#jinja2: name:value, …` first line off a template and applies it.
 * @returns the rest of the source, its syntax, and how many lines the header took
 * @throws EvaluationError for a pair without a colon, an unknown name or a value of the wrong type
 */
export function readHeader(
  source: string,
  syntax: Syntax,
): { source: string; syntax: Syntax; skipped: number } {
  if (!source.startsWith(header)) return { source, syntax, skipped: 0 }
  const end = source.indexOf('\n')
  const line = source.slice(header.length, end < 0 ? source.length : end)
  const changes: Record<string, unknown> = {}
  for (const pair of line.split(',')) {
    const [, name, value] = /^\s*(\w+)\s*:\s*(.*?)\s*$/.exec(pair) ?? []
    if (name === undefined || value === undefined) {
      throw new EvaluationError(
        `failed to parse jinja2 override '${pair.trim()}': it is not of the form name:value`,
      )
    }
    if (!Object.hasOwn(syntax, name)) {
      throw new EvaluationError(
        `#jinja2: header: unknown setting '${name}'; use ${Object.keys(syntax).join(', ')}`,
      )
    }
    changes[name] = settingValue(name, value, typeof syntax[name as keyof Syntax])
  }
  return { source: end < 0 ? '' : source.slice(end + 1), syntax: { ...syntax, ...changes }, skipped: 1 }
}

function settingValue(name: string, text: string, type: string): unknown {
  if (type === 'boolean' && /^(True|False)$/.test(text)) return text === 'True'
  const [, , quoted] = /^(['"])(.*)\1$/.exec(text) ?? []
  if (type === 'string' && quoted !== undefined) return quoted.replaceAll('\\r', '\r').replaceAll('\\n', '\n')
  throw new EvaluationError(
    `#jinja2: header: ${name} is ${text}; write ${type === 'boolean' ? 'True or False' : "'text'"}`,
  )
}
