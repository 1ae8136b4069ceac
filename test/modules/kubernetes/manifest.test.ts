import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ManifestSource, readManifests, titleOf } from '../../../src/modules/kubernetes/manifest.ts'
import { fakeController } from '../../helpers/module-harness.ts'

const test = suite('manifests of Kubernetes')

const source = (own: Partial<ManifestSource>): ManifestSource => ({
  ...{ resource_definition: undefined, src: undefined, template: undefined, api_version: 'v1' },
  ...{ kind: undefined, name: undefined, namespace: undefined },
  ...own,
})
const read = (own: Partial<ManifestSource>, controller = fakeController()) =>
  readManifests(source(own), controller)
const titles = async (own: Partial<ManifestSource>) => (await read(own)).map(titleOf)
const failure = (own: Partial<ManifestSource>) =>
  read(own).then(
    () => 'it was read',
    (error: Error) => error.message,
  )

const stream = `---
# nothing but a comment
---
kind: ConfigMap
apiVersion: v1
metadata: { name: one, namespace: web }
data: { yaml: "yes", text: "a --- b" }
---
apiVersion: v1
kind: List
items:
  - { kind: Secret, apiVersion: v1, metadata: { name: two } }
...
`

test('text may hold several documents and lists of objects', async () => {
  const manifests = await read({ resource_definition: stream })
  assert.equal(manifests.map(titleOf), ['ConfigMap web/one', 'Secret two'])
  assert.equal(manifests[0]?.data, { yaml: 'yes', text: 'a --- b' })
})

test('a dictionary, a list of dictionaries and texts are as good', async () => {
  const one = { kind: 'Pod', metadata: { name: 'a' } }
  assert.equal(await titles({ resource_definition: one }), ['Pod a'])
  assert.equal(await titles({ resource_definition: [one, stream] }), [
    'Pod a',
    'ConfigMap web/one',
    'Secret two',
  ])
})

test('kind, version and name come from the parameters where the definition has none', async () => {
  const [object] = await read({
    kind: 'Job',
    api_version: 'batch/v1',
    name: 'x',
    resource_definition: { spec: {} },
  })
  assert.equal(object, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'x' }, spec: {} })
  assert.equal(await titles({ kind: 'Namespace', name: 'web' }), ['Namespace web'])
})

test('files and templates are those of the controller', async () => {
  const root = mkdtempSync(join(tmpdir(), 'playscript-manifest-'))
  try {
    mkdirSync(join(root, 'templates'))
    writeFileSync(join(root, 'objects.yml'), stream)
    writeFileSync(join(root, 'templates', 'pod.yml'), 'kind: Pod\nmetadata: { name: NAME }')
    const options: unknown[] = []
    const controller = fakeController({
      root,
      renderFile: async (path, given) => {
        options.push(given)
        return (await controller.read(path)).toString().replace('NAME', 'rendered')
      },
    })
    assert.equal((await read({ src: 'objects.yml' }, controller)).map(titleOf), [
      'ConfigMap web/one',
      'Secret two',
    ])
    assert.equal((await read({ template: 'pod.yml' }, controller)).map(titleOf), ['Pod rendered'])
    const template = ['pod.yml', { path: 'pod.yml', variable_start_string: '[[' }]
    assert.is((await read({ template }, controller)).length, 2)
    assert.equal(options, [{}, {}, { variable_start_string: '[[' }])
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('what is no object is told, with its place', async () => {
  assert.is(
    await failure({ resource_definition: 'text' }),
    'definition is no object of Kubernetes: it has no kind',
  )
  assert.is(
    await failure({ resource_definition: { a: 1 } }),
    'definition is no object of Kubernetes: it has no kind',
  )
  assert.is(await failure({ kind: 'Pod' }), 'Pod in kind and name has no metadata.name')
  assert.match(await failure({ resource_definition: 'a: [' }), /Flow sequence|flow/i)
})

test.run()
