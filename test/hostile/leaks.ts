/** Where a text shows a secret, by ways of reading that share no code with what masks: each decodes the whole text. */
export function leaksOf(text: string, secrets: readonly string[]): readonly string[] {
  const readings: readonly (readonly [string, string])[] = [
    ['as it is', text],
    ['JSON', unescapeJson(text)],
    ['JSON in JSON', unescapeJson(unescapeJson(text))],
    ['markup', unescapeMarkup(text)],
    ['JSON in markup', unescapeJson(unescapeMarkup(text))],
    ['a URL', decodeUrl(text)],
    ['a form', decodeUrl(text.replaceAll('+', ' '))],
    ['a shell', text.replaceAll(`'\\''`, "'").replaceAll(`'"'"'`, "'")],
    ['a shell in JSON', unescapeJson(text).replaceAll(`'\\''`, "'").replaceAll(`'"'"'`, "'")],
    ['base64', decodeRuns(text, /[A-Za-z0-9+/_-]{5,}/g, 'base64', 4)],
    ['hexadecimal', decodeRuns(text, /[0-9A-Fa-f]{8,}/g, 'hex', 2)],
  ]
  return readings.flatMap(([how, reading]) =>
    secrets
      .filter((secret) => reading.includes(secret))
      .map((secret) => `${JSON.stringify(secret)} read as ${how}`),
  )
}

const LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

function unescapeJson(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, letter = '') =>
    code === undefined ? (LETTERS[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeMarkup(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      return decimal === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(decimal))
    },
  )
}

function decodeUrl(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (codes) =>
    Buffer.from(codes.replaceAll('%', ''), 'hex').toString(),
  )
}

function decodeRuns(text: string, runs: RegExp, encoding: 'base64' | 'hex', unit: number): string {
  const decoded = [...text.matchAll(runs)].flatMap(([run]) =>
    Array.from({ length: unit }, (_, skipped) => Buffer.from(run.slice(skipped), encoding).toString()),
  )
  return decoded.join('\n')
}
