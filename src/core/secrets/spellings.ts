/** One way in which a secret can be written. */
export interface Spelling {
  readonly text: string
  /** It is part of a longer text of the same encoding, as base64 is. */
  readonly inside: boolean
  /** Base64 of a longer text: the character before, after, or on both sides holds some bits of the secret as well. */
  readonly before: boolean
  readonly after: boolean
}

/** Longer texts are rarely escaped, and an escaped copy of each costs memory: only the common spellings are kept. */
const LONG = 1000

/**
 * All spellings in which a text is masked: plain, base64 at each of the three alignments (so also inside of a longer
 * text), hexadecimal, and as URLs, JSON, Python, shells, YAML and markup escape it, singly or one inside another.
 */
export function spellingsOf(text: string): readonly Spelling[] {
  const bytes = Buffer.from(text)
  const plain = new Set([text, json(text)])
  if (text.length <= LONG) {
    if (!/^[A-Za-z0-9]+$/.test(text)) {
      for (const write of ESCAPES) plain.add(write(text))
      for (const once of [...plain]) for (const write of OUTER) plain.add(write(once))
      for (const twice of OUTER.flatMap((one) => OUTER.map((other) => other(one(text)))))
        for (const form of [twice, json(twice), repr(twice)]) plain.add(form)
      for (const url of urlForms(bytes)) plain.add(url)
    }
    const hex = bytes.toString('hex')
    for (const form of [hex, hex.toUpperCase()]) plain.add(form)
  }
  return [
    ...[...plain].map((form) => ({ text: form, inside: false, before: false, after: false })),
    ...[0, 1, 2].flatMap((offset) => base64Forms(bytes, offset)),
  ]
}

type Escape = (text: string) => string

const json: Escape = (text) => JSON.stringify(text).slice(1, -1)
// Python's text in single quotes.
const repr: Escape = (text) => text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')
const unicode =
  (upper: boolean): Escape =>
  (text) =>
    json(text).replace(/[\u007f-\uffff]/g, (character) => {
      const code = character.charCodeAt(0).toString(16).padStart(4, '0')
      return `\\u${upper ? code.toUpperCase() : code}`
    })
const entities =
  (names: Readonly<Record<string, string>>): Escape =>
  (text) =>
    text.replace(/[&<>"']/g, (character) => names[character] ?? character)
const MARKUP = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const ESCAPES: readonly Escape[] = [
  unicode(false),
  unicode(true),
  // JSON for HTML, as Python and PHP write it.
  (text) => json(text).replaceAll('/', '\\/'),
  (text) => json(text).replace(/[<>&']/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
  // Python's repr in single quotes.
  (text) => json(text).replaceAll('\\"', '"').replaceAll("'", "\\'"),
  // Shells: in single quotes, in double quotes, by backslashes, and as $'…'.
  (text) => text.replaceAll("'", `'\\''`),
  (text) => text.replaceAll("'", `'"'"'`),
  (text) => text.replace(/[\\"$`]/g, '\\$&'),
  (text) => text.replace(/[^A-Za-z0-9_@%+=:,./\n\u0080-\uffff-]/g, '\\$&'),
  (text) => text.replace(/[^A-Za-z0-9_.\n\u0080-\uffff-]/g, '\\$&'),
  (text) => json(text).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('!', '\\!'),
  // YAML and SQL double quotes in quotes of the same kind.
  (text) => text.replaceAll("'", "''"),
  (text) => text.replaceAll('"', '""'),
  entities(MARKUP),
  entities({ ...MARKUP, '"': '&quot;' }),
  entities({ ...MARKUP, '"': '&quot;', "'": '&#39;' }),
  entities({ ...MARKUP, '"': '&quot;', "'": '&#x27;' }),
  entities({ ...MARKUP, '"': '&quot;', "'": '&apos;' }),
  entities({ ...MARKUP, '"': '&#34;', "'": '&#39;' }),
]

/** What stands around escaped text: a command line in JSON, JSON in a page. */
const OUTER: readonly Escape[] = [
  json,
  repr,
  (text) => text.replaceAll("'", `'\\''`),
  (text) => text.replaceAll("'", `'"'"'`),
  entities({ ...MARKUP, '"': '&quot;', "'": '&#39;' }),
  entities({ ...MARKUP, '"': '&#34;', "'": '&#39;' }),
]

// Beyond letters, digits and `-._`: what Python's quote, encodeURIComponent, encodeURI, and forms leave as it is.
const UNESCAPED = ['', '~', '~/', "~!'()*", "~;/?:@&=+$,#!'()*", '*']

function urlForms(bytes: Buffer): readonly string[] {
  const forms = UNESCAPED.flatMap((kept) =>
    ['%20', '+'].map((space) =>
      [...bytes]
        .map((byte) => {
          const character = String.fromCharCode(byte)
          if (/[A-Za-z0-9_.-]/.test(character) || (byte < 0x80 && kept.includes(character))) return character
          return byte === 0x20 ? space : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
        })
        .join(''),
    ),
  )
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
}

// What of base64 depends on the bytes alone when `offset` bytes (of three) stand before them.
function base64Forms(bytes: Buffer, offset: number): readonly Spelling[] {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  const first = Math.ceil((offset * 8) / 6)
  const end = Math.floor(((offset + bytes.length) * 8) / 6)
  const text = whole.slice(first, end)
  const edges = { inside: true, before: offset > 0, after: ((offset + bytes.length) * 8) % 6 !== 0 }
  const inUrls = text.replaceAll('+', '-').replaceAll('/', '_')
  return inUrls === text
    ? [{ text, ...edges }]
    : [
        { text, ...edges },
        { text: inUrls, ...edges },
      ]
}
