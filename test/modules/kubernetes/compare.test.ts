import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changeOf } from '../../../src/modules/kubernetes/compare.ts'
import type { Manifest } from '../../../src/modules/kubernetes/manifest.ts'

const test = suite('comparing objects of Kubernetes')

const object = (own: object = {}, metadata: object = {}): Manifest => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: { name: 'a', namespace: 'web', ...metadata },
  ...own,
})

test('what the server writes by itself is no change', () => {
  const before = object(
    { data: { x: '1' }, status: { phase: 'Old' } },
    { resourceVersion: '1', uid: 'u', generation: 1 },
  )
  const after = object(
    { data: { x: '1' } },
    { resourceVersion: '2', managedFields: [{}], creationTimestamp: 'now' },
  )
  assert.is(changeOf(object(), before, after, true), undefined)
})

test('a status counts only where it is wanted', () => {
  const [before, after] = [object({ status: { a: 1 } }), object({ status: { a: 2 } })]
  assert.is(changeOf(object(), before, after, false), undefined)
  assert.is(changeOf(object({ status: { a: 2 } }), before, after, false)?.after, 'updated')
})

test('new, changed and gone are told, in words or as texts', () => {
  const [one, two] = [object({ data: { x: '1' } }), object({ data: { x: '2' } })]
  const words = { what: 'ConfigMap web/a' }
  assert.equal(changeOf(one, undefined, one, false), { ...words, before: 'absent', after: 'present' })
  assert.equal(changeOf(one, one, two, false), { ...words, before: 'present', after: 'updated' })
  assert.equal(changeOf(one, one, undefined, false), { ...words, before: 'present', after: 'absent' })
  const change = changeOf(one, one, two, true)
  assert.is(change?.file, 'ConfigMap web/a')
  assert.match(String(change?.before), /^ {2}x: "1"$/m)
  assert.match(String(change?.after), /^ {2}x: "2"$/m)
})

test('values of a Secret are never shown', () => {
  const secret = (data: object) => object({ kind: 'Secret', data })
  const [before, after] = [
    secret({ same: 'c2FtZQ==', other: 'b2xk' }),
    secret({ same: 'c2FtZQ==', other: 'bmV3' }),
  ]
  const change = changeOf(after, before, after, true)
  assert.not.match(JSON.stringify(change), /c2FtZQ|b2xk|bmV3/)
  assert.match(String(change?.before), 'same: "***"\n')
  assert.match(String(change?.before), 'other: "*** (before)"\n')
  assert.match(String(change?.after), 'other: "*** (after)"\n')
})

test.run()
