import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { playbookFile, taskFile } from '../../src/convert/emit.ts'
import { convertPlays } from '../../src/convert/play.ts'
import { readDocument } from '../../src/convert/read.ts'
import { convertTasks } from '../../src/convert/task.ts'
import { createLibrary } from '../../src/playbook/library.ts'

/** Where the roles and playbooks of the tests are. */
export const FIXTURES = resolve('test/convert/fixtures')

/** What one file of YAML becomes, and what there is to tell of it. */
export async function convertText(yaml: string, kind: 'tasks' | 'playbook' = 'tasks') {
  const notes: string[] = []
  const document = readDocument(yaml, 'test.yml')
  const around = {
    library: createLibrary([]),
    rename: (name: string) => name.replace(/\.yml$/, '.ts'),
    note: (message: string, line: number | undefined) => notes.push(`${line}: ${message}`),
  }
  const convert = kind === 'playbook' ? convertPlays : convertTasks
  const changed = { ...document, tree: await convert(document.tree, around) }
  const text = kind === 'playbook' ? playbookFile(changed) : taskFile(changed, 'tasks', undefined)
  return { text, notes }
}

/**
 * Runs an action in a folder where `playscript` can be imported and TypeScript be compiled.
 * @param files files to write, by path; a path that ends in `/` is copied from the fixture that is its content
 */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  action: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'playscript-convert-test-'))
  const compilerOptions = { typeRoots: [resolve('node_modules/@types')] }
  const project = {
    'package.json': '{"type": "module"}',
    'tsconfig.json': JSON.stringify({
      extends: resolve('tsconfig.json'),
      compilerOptions,
      include: ['**/*.ts'],
    }),
  }
  try {
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(resolve('.'), join(folder, 'node_modules', 'playscript'))
    for (const [path, content] of Object.entries({ ...project, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      if (path.endsWith('/')) cpSync(join(FIXTURES, content), join(folder, path), { recursive: true })
      else writeFileSync(join(folder, path), content)
    }
    return await action(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What the compiler says of the files of a folder; nothing of those that they import. */
export async function compile(folder: string): Promise<readonly string[]> {
  const { stdout } = await execa(
    resolve('node_modules/.bin/tsc'),
    ['--noEmit', '--pretty', 'false', '-p', folder],
    {
      cwd: folder,
      reject: false,
    },
  )
  return stdout.split('\n').filter((line) => /^[^\s.].*error TS/.test(line))
}

/** A TypeScript text as the project's formatter prints it. */
export async function format(text: string): Promise<string> {
  const { stdout } = await execa(
    resolve('node_modules/.bin/biome'),
    ['format', '--stdin-file-path=src/x.ts'],
    {
      input: text,
      stripFinalNewline: false,
    },
  )
  return stdout
}
