import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseExtraVars } from '../../src/cli/extra-vars.ts'
import { main } from '../../src/cli/main.ts'
import { parseOptions, usage } from '../../src/cli/options.ts'

const test = suite('options')

const good: readonly [string, string[], Record<string, unknown>][] = [
  ['long flags', ['--tags', 'a,b', '--check'], { tags: ['a,b'], check: true }],
  ['short flags', ['-i', 'a', '-i', 'b', '-l', 'web'], { inventory: ['a', 'b'], limit: 'web' }],
  ['short flags in one', ['-CD'], { check: true, diff: true }],
  ['-vvv counts', ['-vvv'], { verbose: [true, true, true] }],
  ['a value after an equals sign', ['--forks=3'], { forks: '3' }],
]
for (const [name, argv, expected] of good) {
  test(name, () => assert.equal({ ...parseOptions(argv).options }, expected))
}

const bad: readonly [string, string[], RegExp][] = [
  ['a misspelt flag', ['--chekc'], /unknown option --chekc; did you mean '--check'\?/],
  ['an unknown short flag', ['-Z'], /unknown option -Z/],
  ['a missing value', ['--limit'], /--limit/],
  ['a needless value', ['--check=yes'], /--check/],
]
for (const [name, argv, expected] of bad) {
  test(`${name} is a usage error`, () => {
    assert.throws(
      () => parseOptions(argv),
      (error: { code: string; message: string }) => error.code === 'USAGE' && expected.test(error.message),
    )
  })
}

test('help names every flag', () => {
  const text = usage('tsx playbook.ts')
  for (const flag of ['--tags', '-i, --inventory SOURCE', '--role NAME', '-K, --ask-become-pass']) {
    assert.ok(text.includes(flag), flag)
  }
})

test('every command has help', async () => {
  const run = async (...argv: string[]) => {
    let text = ''
    const out = (more: string) => {
      text += more
    }
    const io = { out, err: () => {}, cwd: '/nonexistent', env: {}, terminal: false, width: 80 }
    const code = await main(argv, { ...io, signal: new AbortController().signal })
    assert.is(code, 0)
    return text
  }
  const listed = await run('--help')
  const commands = [...listed.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => String(name))
  assert.ok(commands.length >= 9, listed)
  for (const name of commands) {
    assert.match(await run(name, '--help'), new RegExp(`^Usage: playscript ${name} `))
    assert.match(await run(name, '-h'), new RegExp(`^Usage: playscript ${name} `))
  }
  assert.match(await run('adhoc', '--help'), /--module-name MODULE [\s\S]*--become-user USER/)
  assert.match(await run('doc', '--help'), /--markdown/)
  assert.match(await run('report', 'merge', '--help'), /-o, --output FILE/)
})

const extra: readonly [string, string[], Record<string, unknown>][] = [
  ['pairs stay text', ['a=1 b=yes'], { a: '1', b: 'yes' }],
  ['quoted values keep their spaces', [`a="x y" b='z w'`], { a: 'x y', b: 'z w' }],
  ['JSON keeps its types', ['{"a": 1, "b": [true]}'], { a: 1, b: [true] }],
  ['YAML', ['{a: yes, b: {c: 2}}'], { a: true, b: { c: 2 } }],
  ['the later wins', ['a=1', 'a=2'], { a: '2' }],
]
for (const [name, values, expected] of extra) {
  test(`extra vars: ${name}`, () => assert.equal(parseExtraVars(values), expected))
}

test('extra vars that hold none are a usage error', () => {
  assert.throws(() => parseExtraVars(['just-words']), /holds no variable/)
  assert.throws(() => parseExtraVars(['@/does/not/exist']), /cannot be read/)
})

test.run()
