/** What a letter behind a backslash stands for in Python's texts, which Jinja2 and the short form of tasks take over. */
export const ESCAPED_LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
