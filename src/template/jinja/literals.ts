import { ESCAPED_LETTERS } from '../../core/escapes.ts'

const simple: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  ...ESCAPED_LETTERS,
}

const escapes = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(.))/gs

/** The text of a string literal's body, with Python's escapes; unknown ones keep their backslash. */
export function readEscapes(body: string): string {
  if (!body.includes('\\')) return body
  return body.replace(escapes, (whole: string, ...groups: (string | undefined)[]) => {
    const [two, four, eight, octal, letter = ''] = groups
    const hex = two ?? four ?? eight
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
    return simple[letter] ?? whole
  })
}

/** The value of a number's text in a template: hexadecimal, octal, binary, `1_000`, `1e3`. */
export function numberCode(text: string): { readonly float: boolean; readonly code: string } {
  const digits = text.replaceAll('_', '')
  if (/^0[xob]/i.test(digits)) return whole(BigInt(digits))
  if (/[.e]/i.test(digits)) return { float: true, code: String(Number(digits)) }
  return whole(BigInt(digits))
}

function whole(value: bigint): { readonly float: false; readonly code: string } {
  return {
    float: false,
    code: value <= BigInt(Number.MAX_SAFE_INTEGER) ? value.toString() : `rt.integer(${value}n)`,
  }
}
