import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deb822_repository } from '../../src/modules/deb822_repository.ts'
import { checkedArguments, planOf } from '../helpers/module-harness.ts'
import { pathState } from './states.ts'

const test = suite('modules/deb822_repository')
const VIEW = {
  file: undefined,
  text: '',
  keys: { asc: undefined, gpg: undefined },
  folder: pathState(),
  fetched: undefined,
}
const ARGS = {
  name: 'My_Own Repo!',
  uris: ['https://h/d'],
  suites: 'stable',
  components: 'main, contrib',
  enabled: 'no',
}
const TEXT =
  'Components: main contrib\nEnabled: no\nX-Repolib-Name: My_Own Repo!\nSuites: stable\nTypes: deb\nURIs: https://h/d\n'
const FILE = '/etc/apt/sources.list.d/my-own-repo.sources'
const WRITE = [`write ${FILE}`, `look at ${FILE}`]
const there = { ...VIEW, file: pathState(), text: TEXT }
const sum = 'a'.repeat(40)
const fetched = { sum, armored: false }
const signed = { ...ARGS, signed_by: 'https://h/key' }
const withKey = TEXT.replace('Suites', 'Signed-By: /etc/apt/keyrings/my-own-repo.gpg\nSuites')

for (const [what, args, view, changes, steps] of [
  ['nothing is there', ARGS, VIEW, ['content'], WRITE],
  ['it is there', ARGS, there, [], []],
  ['its mode is another', { ...ARGS, mode: '0600' }, there, ['mode'], WRITE],
  [
    'its key is not there',
    signed,
    { ...VIEW, folder: undefined, fetched },
    ['key', 'content'],
    ['make /etc/apt/keyrings', 'write /etc/apt/keyrings/my-own-repo.gpg', ...WRITE],
  ],
  [
    'its key is there',
    signed,
    { ...there, text: withKey, fetched, keys: { asc: undefined, gpg: pathState({ checksum: sum }) } },
    [],
    [],
  ],
  ['it is to go', { name: ARGS.name, state: 'absent' }, there, [FILE], [`remove ${FILE}`]],
  ['it is gone', { name: ARGS.name, state: 'absent' }, VIEW, [], []],
] as const) {
  test(`plan: ${what}`, () => {
    const plan = planOf(deb822_repository, args, view)
    assert.equal(
      plan.changes.map((change) => change.what),
      changes,
    )
    assert.equal(
      plan.steps.map(({ label }) => label),
      steps,
    )
  })
}

test('the fields are in order, and a key in the file has its lines set in', () => {
  assert.is(planOf(deb822_repository, ARGS, VIEW).result?.repo, TEXT)
  const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n'
  const { result } = planOf(
    deb822_repository,
    { name: 'x', signed_by: key, trusted: true, date_max_future: 5 },
    VIEW,
  )
  assert.is(
    result?.repo,
    'Date-Max-Future: 5\nX-Repolib-Name: x\nSigned-By:\n    -----BEGIN PGP PUBLIC KEY BLOCK-----\n    .\n    abc\n    -----END PGP PUBLIC KEY BLOCK-----\nTrusted: yes\nTypes: deb\n',
  )
})

test('what is wrong is refused', () => {
  assert.throws(() => checkedArguments(deb822_repository, { types: 'rpm', name: 'x' }), /types/)
  assert.throws(() => checkedArguments(deb822_repository, {}), /missing required arguments: name/)
  assert.throws(() => planOf(deb822_repository, { name: '!' }, VIEW), /no letter or digit/)
})

test.run()
