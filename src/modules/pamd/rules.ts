/** One rule of a PAM service file, `type control module-path arguments…`, or a line that is none. */
export type PamLine =
  | { readonly text: string; readonly rule?: undefined }
  | { readonly text: string; readonly rule: PamRule }

export interface PamRule {
  readonly type: string
  readonly control: string
  readonly path: string
  readonly args: readonly string[]
}

const RULE = /^\s*(-?(?:account|auth|password|session))\s+(\[[^\]]*\]|\S+)\s+(\S+)(?:\s+(\S.*?))?\s*$/

/** Reads a file of pam.d(5): comments, `@include` and lines that go on stay as they are. */
export function readPam(text: string): readonly PamLine[] {
  return text.split('\n').map((line) => {
    const [, type, control, path, args = ''] = RULE.exec(line) ?? []
    if (type === undefined || control === undefined || path === undefined || line.endsWith('\\'))
      return { text: line }
    return { text: line, rule: { type, control, path, args: splitArguments(args) } }
  })
}

/** Lines as a file again; what was not changed is byte for byte what it was. */
export function writePam(lines: readonly PamLine[]): string {
  return lines.map(({ text }) => text).join('\n')
}

/** A rule as a line of its own. */
export function lineOf(rule: PamRule): PamLine {
  return { text: [rule.type, rule.control, rule.path, ...rule.args].join('\t').trimEnd(), rule }
}

/** Splits arguments at spaces; what stands in brackets is one, comments end them. */
export function splitArguments(text: string): readonly string[] {
  return text.replace(/(^|\s)#.*$/, '').match(/\[[^\]]*\]|[^\s[]+(\[[^\]]*\])?/g) ?? []
}

export function sameRule(one: PamRule | undefined, other: PamRule): boolean {
  return one !== undefined && JSON.stringify(lineOf(one).text) === JSON.stringify(lineOf(other).text)
}
