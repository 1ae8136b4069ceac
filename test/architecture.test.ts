import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('architecture')
const LONGEST = 250

// Who may import whom: a folder imports itself, core, and what stands before it; the middle ones not one another.
const MIDDLE = ['inventory', 'vars', 'template', 'modules', 'connection', 'report']
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ...Object.fromEntries(MIDDLE.map((folder) => [folder, ['core']])),
  playbook: ['core', ...MIDDLE],
  engine: ['core', ...MIDDLE, 'playbook'],
  convert: ['core', ...MIDDLE, 'playbook'],
  cli: ['core', ...MIDDLE, 'playbook', 'engine', 'convert'],
}

const sources = walk('src')
const folderOf = (file: string) => file.split('/')[1] ?? ''

function walk(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8').replace(/^\s*(\/\/|\*).*$/gm, '')
  return [...text.matchAll(/(?:from|import|import\() ?'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  )
}

test('imports go one way', () => {
  const breaches = sources.flatMap((file) => {
    const folder = folderOf(file)
    if (file.split('/').length === 2) return []
    const allowed = [folder, ...(ALLOWED[folder] ?? [])]
    return importsOf(file)
      .filter((path) => !allowed.includes(folderOf(path)))
      .map((path) => `${file} imports ${path}`)
  })
  assert.equal(breaches, [])
  assert.ok(sources.length > 50)
})

test('no file imports itself through others', () => {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    state.set(file, 'open')
    for (const next of importsOf(file)) visit(next, [...path, file])
    state.set(file, 'done')
  }
  for (const file of sources) visit(file, [])
  assert.equal(cycles, [])
})

test('every file fits in one reading', () => {
  const long = sources.filter((file) => readFileSync(file, 'utf8').split('\n').length > LONGEST + 1)
  assert.equal(long, [])
})

test('only the entry points touch the process', () => {
  // The lookup `url` runs a program of its own, whose text mentions the process.
  const entries = ['src/bin.ts', 'src/cli/process.ts', 'src/cli/entry.ts', 'src/template/lookups/outside.ts']
  const touching = sources.filter(
    (file) =>
      !entries.includes(file) &&
      /\bprocess\.(exit|exitCode|argv|stdout|stderr)\b/.test(readFileSync(file, 'utf8')),
  )
  assert.equal(touching, [])
})

test('every suite of the tests is run', () => {
  const lonely = walk('test')
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => {
      const text = readFileSync(file, 'utf8')
      const made = text.match(/\b(suite|labSuite)(<[^(]*>)?\(/g)?.length ?? 0
      return made === 0 || made > (text.match(/^\s*(\w+\.)?run\(\)$/gm)?.length ?? 0)
    })
  assert.equal(lonely, [])
})

test.run()
