/** A line of sysctl.d(5) that sets something. */
function assignment(line: string): readonly [name: string, value: string] | undefined {
  const [, name = '', value = ''] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
  return name === '' ? undefined : [name, value]
}

/** The value that a file sets, undefined when it sets none; the last one counts, as for sysctl(8). */
export function settingIn(text: string, name: string): string | undefined {
  return text
    .split('\n')
    .map(assignment)
    .findLast((one) => one?.[0] === name)?.[1]
}

/**
 * A file's text with one setting as wanted, undefined for none. Written as Ansible writes it: without blanks, each
 * name once, in the place of its first line; comments stay.
 */
export function withSetting(text: string, name: string, value: string | undefined): string {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  const seen = new Set<string>()
  const kept = lines.flatMap((line) => {
    const [key, old] = assignment(line) ?? []
    if (key === undefined) return [line.trim()]
    if (seen.has(key)) return []
    seen.add(key)
    if (key !== name) return [`${key}=${old}`]
    return value === undefined ? [] : [`${key}=${value}`]
  })
  const added = value === undefined || seen.has(name) ? [] : [`${name}=${value}`]
  return [...kept, ...added].map((line) => `${line}\n`).join('')
}

/** A value as files and the kernel have it: words for yes and no are 1 and 0. */
export function plainValue(value: string): string {
  const word = value.trim().toLowerCase()
  if (['y', 'yes', 'on', '1', 'true', 't', '1.0'].includes(word)) return '1'
  if (['n', 'no', 'off', '0', 'false', 'f', '0.0'].includes(word)) return '0'
  return value.trim()
}

/** Whether two values are the same to the kernel, which separates numbers by whatever blanks it likes. */
export function sameValue(a: string | undefined, b: string): boolean {
  return a !== undefined && a.trim().split(/\s+/).join(' ') === b.trim().split(/\s+/).join(' ')
}
