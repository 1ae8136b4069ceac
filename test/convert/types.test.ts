import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadModule, moduleNames } from '../../src/modules/index.ts'
import { KEYWORDS, STRUCTURE } from '../../src/playbook/keywords.ts'
import { compile, convertText, inFolder } from './support.ts'

const test = suite('convert types')

const TEXTS = [
  'text',
  'yes',
  '12',
  'a,b',
  '0644',
  'x=y',
  '',
  '{{ x }}',
  ' {{ x }}\n',
  '{% if x %}y{% endif %}',
  'a{{ x }}b',
]
const LISTS = [[], [{}], ['a', 1, true, null, '{{ x }}', { a: 1 }, ['b']]]
const VALUES: readonly unknown[] = [true, 5, -1.5, null, ...TEXTS, ...LISTS, {}, { a: 1, b: 'c' }]
/** More tasks in one list than anybody writes are too much for the compiler. */
const IN_A_FILE = 80

async function moduleTasks(name: string): Promise<readonly object[]> {
  const { args = {} } = (await loadModule(name)) ?? {}
  const given = Object.entries(args).flatMap(([parameter, { aliases = [], choices = [], options = {} }]) => [
    ...[...VALUES, ...choices].map((value) => ({ [parameter]: value })),
    ...aliases.map((alias) => ({ [alias]: 'text' })),
    ...Object.keys(options).flatMap((option) =>
      VALUES.flatMap((value) => [
        { [parameter]: { [option]: value } },
        { [parameter]: [{ [option]: value }] },
      ]),
    ),
  ])
  return [...VALUES, ...given].map((value) => ({ [name]: value }))
}

function keywordTasks(): readonly object[] {
  const keywords = [
    ...Object.keys(KEYWORDS.handler),
    ...STRUCTURE,
    'local_action',
    'with_items',
    'with_dict',
    'with_nested',
  ]
  return keywords.flatMap((keyword) => VALUES.map((value) => ({ ping: null, [keyword]: value })))
}

test('whatever value a parameter or keyword has, the result compiles', async () => {
  const tasks = [...(await Promise.all(moduleNames().map(moduleTasks))).flat(), ...keywordTasks()]
  const files: Record<string, string> = {}
  for (let start = 0; start < tasks.length; start += IN_A_FILE) {
    const { text } = await convertText(JSON.stringify(tasks.slice(start, start + IN_A_FILE)))
    files[`from-${start}.ts`] = text
  }
  await inFolder(
    { ...files, 'wrong.ts': "import { tasks } from 'playscript'\ntasks([{ pong: 1 }])\n" },
    async (folder) => {
      const errors = await compile(folder)
      assert.is(errors.length, 1, errors.slice(0, 10).join('\n'))
      assert.match(errors[0] ?? '', /^wrong\.ts/)
    },
  )
})

test.run()
