import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { emptyAccount, ensureLab, labUnavailable, readerEnvironment } from '../lab/index.ts'
import { run } from '../lab/run.ts'

const test = suite('the tutorial')
const folder = 'docs/tutorial'
const HOST = 'k3s-cluster'

/** A block of commands in a chapter, and the output that is shown below it. */
interface Block {
  readonly chapter: string
  readonly how: string
  readonly commands: string
  readonly output: readonly string[]
}

const index = readFileSync(join(folder, 'README.md'), 'utf8')
const chapters = ['README.md', ...[...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, file = '']) => file)]

function blocksOf(chapter: string): readonly Block[] {
  const text = readFileSync(join(folder, chapter), 'utf8')
  const found = text.matchAll(/^```sh ?(\w*)\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?/gms)
  return [...found].map(([, how = '', commands = '', output = '']) => ({
    ...{ chapter, how, commands },
    output: output.split('\n').filter((line) => line.trim() !== ''),
  }))
}

// What stands for more than is shown: `…` for anything, `***…` for a line of stars.
const patternOf = (line: string) =>
  new RegExp(
    line
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('.*'),
  )

/** The first line that is shown and did not come, each after the one before it. */
function missing(shown: readonly string[], output: string): string | undefined {
  const lines = output.split('\n')
  let at = 0
  for (const line of shown) {
    if (line === '…') continue
    const found = lines.findIndex((one, index) => index >= at && patternOf(line).test(one))
    if (found === -1) return line
    at = found + 1
  }
  return undefined
}

test('its chapters have the names of the post’s steps, and all commands are in blocks that are run', () => {
  assert.equal(
    chapters.slice(1, 7).map((file) => readFileSync(join(folder, file), 'utf8').split('\n')[0]),
    [
      '# Step 1: Dedicated Domain Name',
      '# Step 2: A Live Kubernetes Cluster',
      '# Step 3: Bootstrap the Cluster',
      '# Step 4: Fetch the TLS Certificate',
      '# Step 5: Expose OIDC Configuration to the Internet',
      '# Step 6: Add the OIDC Provider to AWS',
    ],
  )
  assert.is(chapters.length, 9)
  const fences = chapters.flatMap(
    (file) => readFileSync(join(folder, file), 'utf8').match(/^```\w+.*$/gm) ?? [],
  )
  const known = ['```sh', '```sh setup', '```sh fails', '```text']
  assert.equal(
    fences.filter((fence) => !known.includes(fence)),
    [],
  )
})

test('a line that did not come is told', () => {
  assert.is(missing(['a … c', 'd'], 'x\na b c\nd'), undefined)
  assert.is(missing(['d', 'a … c'], 'x\na b c\nd'), 'a … c')
})

const reason = labUnavailable()
if (reason !== undefined) test.skip(`needs the lab: ${reason}`, () => {})
else {
  const lab = await ensureLab()

  // One shell runs all blocks, since what one exports the next ones use; marks part their outputs. It ends with the
  // first command that fails where none should.
  test('every command works in the lab and prints what is shown', async () => {
    await Promise.all([lab.reset(HOST), emptyAccount(lab)])
    const work = mkdtempSync(join(tmpdir(), 'playscript-tutorial-'))
    try {
      for (const name of [
        'package.json',
        'playbook.ts',
        'roles',
        'templates',
        'vars',
        'inventory',
        'infra',
        'src',
      ])
        cpSync(name, join(work, name), { recursive: true })
      symlinkSync(resolve('node_modules'), join(work, 'node_modules'))
      mkdirSync(join(work, 'home'))
      const blocks = chapters.flatMap(blocksOf).filter(({ how }) => how !== 'setup')
      const script = blocks.map(
        ({ how, commands }) =>
          `set ${how === 'fails' ? '+e' : '-e'}\n${commands}printf '\\n@ended %s@\\n' $?\n`,
      )
      // npm tells what it starts where its package is; a reader's shell was not started by npm.
      const env = { ...readerEnvironment(lab), HOME: join(work, 'home'), npm_config_local_prefix: work }
      const { stdout } = await run(['sh', '-c', `exec 2>&1\n${script.join('')}`], { cwd: work, env })
      const outputs = stdout.split(/\n@ended (\d+)@\n/)
      blocks.forEach(({ chapter, how, commands, output }, number) => {
        const [said = '', code = 'not 0'] = outputs.slice(number * 2)
        const about = `${chapter}: ${commands}printed:\n${said}`
        assert.is(code === '0', how !== 'fails', `exit code ${code}: ${about}`)
        const line = missing(output, said)
        assert.is(line, undefined, `it does not print "${line}": ${about}`)
      })
      assert.ok(blocks.length > 15)
    } finally {
      rmSync(work, { recursive: true })
    }
  })
}

test.run()
