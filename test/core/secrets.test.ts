import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secrets } from '../../src/core/secrets.ts'

const test = suite('secrets')
const secret = `p@ss'w "ord\n$1`

const spellings: readonly [string, string][] = [
  ['plain', secret],
  ['base64', Buffer.from(secret).toString('base64')],
  ['in a URL', encodeURIComponent(secret)],
  ['in JSON', JSON.stringify({ key: secret })],
  ['quoted for a shell', `'${secret.replaceAll("'", `'\\''`)}'`],
]
for (const [name, text] of spellings) {
  test(`a secret is masked ${name}`, () => {
    const secrets = new Secrets()
    secrets.add(secret)
    const masked = secrets.maskText(`before ${text} after`)
    assert.match(masked, /before .*\*{8}.* after/)
    assert.not.match(masked, /ord|cEBzcw/)
  })
}

test('a secret that begins like another leaves nothing of it', () => {
  const secrets = new Secrets()
  secrets.add('hunter')
  secrets.add('hunter2-long')
  assert.is(secrets.maskText('x hunter2-long y hunter z'), 'x ******** y ******** z')
})

// Pieces as they arrive; what may be shown after each, and in the end.
for (const [name, list, pieces, shown] of [
  ['a secret in two pieces', ['hunter2'], ['my hun', 'ter2!'], ['my ', '********!', '']],
  ['what only began like one', ['hunter2'], ['my hun', 'dred'], ['my ', 'hundred', '']],
  ['one letter a piece', ['abcd'], ['a', 'b', 'c', 'd', 'e'], ['', '', '', '', '********e', '']],
  ['the end of one is the beginning of another', ['abcd', 'cdef'], ['xabcd', 'y'], ['x', '********y', '']],
  ['output that ends with a secret', ['hunter2'], ['hunter2'], ['', '********']],
  ['a secret of several lines', ['key\n1\n2'], ['a\nkey\n', '1\n2\n'], ['a\n', '********\n', '']],
  ['no secrets', [], ['a', 'b'], ['a', 'b', '']],
] as const) {
  test(`live text: ${name}`, () => {
    const secrets = new Secrets()
    for (const secret of list) secrets.add(secret)
    const seen: string[] = []
    let rest = ''
    for (const piece of pieces) {
      const head = secrets.maskHead(rest + piece)
      seen.push(head.shown)
      rest = head.rest
    }
    assert.equal([...seen, secrets.maskText(rest)], shown)
  })
}

test('live text that arrives in pieces of any length shows no secret, and loses nothing', () => {
  const secrets = new Secrets()
  const words = ['p@ss/w:rd', 'hunter2-long', 'key\n1234\nend', 'hunter2']
  secrets.add(words)
  const written = words.flatMap((word) => [
    word,
    encodeURIComponent(word),
    JSON.stringify(word),
    Buffer.from(`xy${word}`).toString('hex'),
  ])
  for (let seed = 1; seed <= 300; seed += 1) {
    const next = (below: number, salt: number) => (Math.imul(seed * 31 + salt, 0x9e3779b1) >>> 8) % below
    const text = Array.from({ length: 12 }, (_, index) => written[next(written.length, index)]).join(
      ' hun p@ss ',
    )
    let [shown, rest] = ['', '']
    for (let from = 0, piece = 1; from < text.length; from += piece) {
      piece = 1 + next(9, from)
      const head = secrets.maskHead(rest + text.slice(from, from + piece))
      shown += head.shown
      rest = head.rest
    }
    assert.is(shown + secrets.maskText(rest), secrets.maskText(text))
  }
})

test('regular expression characters are only characters', () => {
  const secrets = new Secrets()
  secrets.add('a.*b(')
  assert.is(secrets.maskText('a.*b( aXXb('), '******** aXXb(')
})

test('very short values are left readable', () => {
  const secrets = new Secrets()
  secrets.add('abc')
  assert.is(secrets.maskText('abc abcd'), 'abc abcd')
})

// One text, as programs write it; `others` are what stands around it.
const WRITERS: readonly [string, (text: string) => string][] = [
  ['base64, one byte before', (text) => Buffer.from(`x${text}`).toString('base64')],
  ['base64, two bytes before', (text) => Buffer.from(`xy${text}zz`).toString('base64')],
  ['base64, three bytes before', (text) => Buffer.from(`xyz${text}:q`).toString('base64')],
  ['base64 of URLs', (text) => Buffer.from(`u:${text}`).toString('base64url')],
  ['hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ['hexadecimal in capitals', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['a URL that keeps slashes', (text) => encodeURIComponent(text).replaceAll('%2F', '/')],
  [
    'a URL in small letters',
    (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  ],
  ['a form', (text) => new URLSearchParams({ a: text }).toString().slice(2)],
  ['JSON in JSON', (text) => JSON.stringify(JSON.stringify({ text }))],
  ['a shell command in JSON', (text) => JSON.stringify(`echo '${text.replaceAll("'", `'\\''`)}'`)],
  [
    'a page',
    (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`).replaceAll('&#38;', '&amp;'),
  ],
  [
    'JSON in a page',
    (text) => JSON.stringify(text).replaceAll('&', '&amp;').replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
  ],
]
for (const [name, write] of WRITERS) {
  for (const text of ['p@ss/w:rd', 'hunter2', 'a b+c%d&e="f\'', 'zürich-ñ-42', 'äöü "x" 12']) {
    test(`a secret is masked in ${name}: ${text}`, () => {
      const secrets = new Secrets()
      secrets.add(text)
      const written = write(text)
      const masked = secrets.maskText(`-- ${written} --`)
      assert.match(masked, /\*{8}/)
      // What is left of it is what stands around it, and quotes.
      const around = masked.replaceAll('********', '')
      if (/^(base64|hex)/.test(name)) assert.ok(around.length <= 18, masked)
      assert.ok(!around.includes(text.slice(0, 4)), masked)
    })
  }
}

test('masking is linear: many secrets, long texts, texts that nearly hold one', () => {
  const secrets = new Secrets()
  for (let index = 0; index < 2000; index += 1) secrets.add(`secret-${index}-${'x'.repeat(40)}`)
  const near = `secret-1-${'x'.repeat(39)}y `.repeat(40_000)
  const used = () => process.cpuUsage().user / 1000
  const before = used()
  assert.is(secrets.maskText(near), near)
  // 2 MB, in processor time; if each spelling were looked for by itself this would take minutes.
  assert.ok(used() - before < 5000)
})

class Account {
  readonly name = 'operator'
  readonly #hidden = 'tok-1234'
  readonly key: string
  constructor(key: string) {
    this.key = key
  }
  get hidden(): string {
    return this.#hidden
  }
}

const circular: Record<string, unknown> = { token: 'tok-1234' }
circular.self = { again: circular, list: [circular] }
const made = () =>
  new Proxy(Object.create(null), {
    get: (_, name) => (name === 'token' ? 'tok-1234' : undefined),
    ownKeys: () => ['token'],
    getOwnPropertyDescriptor: () => ({ value: 'tok-1234', enumerable: true, configurable: true }),
  })
// A variable whose value holds the variables of its own host has no end.
const endless = (): object =>
  new Proxy(
    {},
    {
      get: (_, name) => (name === 'toJSON' ? undefined : endless()),
      ownKeys: () => ['x'],
      getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
    },
  )

for (const [name, value] of [
  ['an object without a prototype', Object.assign(Object.create(null), { token: 'tok-1234' })],
  ['an object that inherits', Object.assign(Object.create({ a: 1 }), { token: 'tok-1234' })],
  ['an instance of a class', new Account('tok-1234')],
  ['a proxy', made()],
  ['a proxy in a list', [[made()]]],
  ['a getter', Object.defineProperty({}, 'token', { get: () => 'tok-1234', enumerable: true })],
  ['a value inside itself', circular],
  [
    'a map in a map',
    new Map([
      [
        'a',
        new Map([
          ['tok-1234', 'x'],
          ['y', 'tok-1234'],
        ]),
      ],
    ]),
  ],
  ['a set', new Set(['tok-1234'])],
  ['an error', new Error('it is tok-1234')],
  ['a form in JSON', { form: Object.assign(new Account('x'), { toJSON: () => ({ token: 'tok-1234' }) }) }],
  ['bytes', [Buffer.from('a tok-1234 b')]],
  ['a number', { pin: 8812345 }],
  ['a number in a larger one', { pin: 8812345.5 }],
  ['a large integer', { pin: 98812345n }],
  ['something without an end', { endless: endless(), token: 'tok-1234' }],
] as const) {
  test(`a secret is masked in ${name}`, () => {
    const secrets = new Secrets()
    secrets.add('tok-1234')
    secrets.add(8812345)
    const masked = secrets.mask(value)
    const shown = JSON.stringify(masked, (_key, one) => (one instanceof Map ? [...one] : one))
    assert.not.match(shown, /tok-1234|8812345/)
    assert.match(shown, /\*{8}/)
  })
}

test('what holds no secret is returned as it is', () => {
  const secrets = new Secrets()
  secrets.add('tok-1234')
  const date = new Date(0)
  const value = { a: [1, 'b', { c: null }], map: new Map([[1, 2]]), bytes: Buffer.from('x'), date }
  assert.is(secrets.mask(value), value)
})

test('a getter that fails says so in its place', () => {
  const value = Object.defineProperty({ a: 1 }, 'b', {
    get: () => {
      throw new Error("'x' is undefined")
    },
    enumerable: true,
  })
  assert.equal(new Secrets().mask(value), { a: 1, b: "(not readable: 'x' is undefined)" } as never)
})

test('variables that hold passwords are secret wherever they stand', () => {
  const secrets = new Secrets()
  assert.equal(
    secrets.mask({ ansible_become_password: 'sesame22', other: 'is sesame22', ansible_user: 'joe4' }),
    {
      ansible_become_password: '********',
      other: 'is ********',
      ansible_user: 'joe4',
    },
  )
})

test('a secret that is too short is named once, without its value', () => {
  const secrets = new Secrets()
  const warnings: string[] = []
  secrets.add('abc', "'pin'")
  secrets.warnTo((message) => warnings.push(message))
  secrets.add('abd', "'pin'")
  secrets.add('', "'empty'")
  secrets.add('!', "'locked'")
  secrets.add(42, "'answer'")
  assert.is(warnings.length, 2)
  assert.match(warnings.join(), /'pin' is too short.*'answer' is too short/)
  assert.not.match(warnings.join(), /abc|abd|42/)
})

test('finished text keeps what readers go by', () => {
  const secrets = new Secrets()
  secrets.keep('web1.example.com')
  secrets.add(['web1', 'web1.example.com', 'hunter22'])
  assert.is(secrets.maskShown('web1.example.com: hunter22'), 'web1.example.com: ********')
  assert.is(secrets.maskText('web1.example.com: hunter22'), '********: ********')
})

test('a content holds a secret only as whole words', () => {
  const secrets = new Secrets()
  secrets.add(['hunter22', 'http', '8080x'])
  assert.equal(
    ['pw=hunter22;', 'xhunter22', 'http://a', Buffer.from('u:hunter22').toString('base64')].map((text) =>
      secrets.isIn(text),
    ),
    [true, false, false, true],
  )
})

test('values are masked in depth: keys, lists, maps, bytes', () => {
  const secrets = new Secrets()
  secrets.add({ token: 'tok-1234', list: ['tok-5678'] })
  const bytes = Buffer.from('tok-1234')
  const masked = secrets.mask({ 'tok-1234': ['x tok-5678'], map: new Map([['k', 'tok-1234']]), bytes, n: 1 })
  assert.equal(masked, {
    '********': ['x ********'],
    map: new Map([['k', '********']]),
    bytes: '********',
    n: 1,
  } as never)
})

test.run()
