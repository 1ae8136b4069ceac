/** Whether a text matches a shell pattern as a whole, as Python's `fnmatch` does: `*`, `?`, `[…]`, `[!…]`. */
export function fnmatch(text: string, pattern: string): boolean {
  return new RegExp(`^${fnmatchPattern(pattern)}$`, 's').test(text)
}

/** A shell pattern as a regular expression, for JavaScript and for `grep -E` alike; not anchored. */
export function fnmatchPattern(pattern: string): string {
  const parts = pattern.split(/(\*+|\?|\[!?[^\]]+\])/)
  return parts
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[\\^$.|+(){}[\]*?]/g, '\\$&')
      if (part.startsWith('*')) return '.*'
      if (part === '?') return '.'
      return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`
    })
    .join('')
}
