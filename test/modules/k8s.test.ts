import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TaskError } from '../../src/core/errors.ts'
import type { Plan, ScriptStep } from '../../src/core/module.ts'
import { loadModule } from '../../src/modules/index.ts'
import { k8s } from '../../src/modules/k8s.ts'
import { k8s_info } from '../../src/modules/k8s_info.ts'
import { k8s_log } from '../../src/modules/k8s_log.ts'
import type { View } from '../../src/modules/kubernetes/look-at.ts'
import type { Manifest } from '../../src/modules/kubernetes/manifest.ts'
import { checkedArguments, planOf, TARGET } from '../helpers/module-harness.ts'

const test = suite('k8s')

const object = (kind: string, own: object = {}, metadata: object = {}): Manifest => ({
  ...{ apiVersion: 'v1', kind },
  metadata: { name: 'a', namespace: 'web', ...metadata },
  ...own,
})
const one = object('ConfigMap', { data: { x: '1' } })
const two = object('ConfigMap', { data: { x: '2' } })
const view = (before: Manifest | undefined, after: Manifest | undefined): View => ({
  wanted: after ?? before ?? one,
  before,
  after,
})
const plan = (args: object, views: readonly View[]): Plan => planOf(k8s, { definition: 'x', ...args }, views)
const scripts = ({ steps }: Plan) => steps.map((step) => (step as ScriptStep).script?.text.split('\n').at(-1))

const context = (local: readonly Manifest[]) => ({ local, target: TARGET, diff: false })
const probe = (args: object, manifests: readonly Manifest[]) =>
  k8s.probe?.(checkedArguments(k8s, { definition: 'x', ...args }), context(manifests))?.text ?? ''
const parse = (text: string, args: object, manifests: readonly Manifest[]) =>
  k8s.parse?.(
    { text, bytes: Buffer.from(text) },
    checkedArguments(k8s, { definition: 'x', ...args }),
    context(manifests),
  )
const answer = (stdout: unknown, code = 0, stderr = '') =>
  `${typeof stdout === 'string' ? stdout : JSON.stringify(stdout)}\x1e${code}\x1e${stderr}\x1e`

test('an object that is as it should be takes no step', () => {
  const done = plan({}, [view(one, one)])
  assert.equal([done.changes, done.steps], [[], []])
  assert.equal(done.result, { result: one, method: 'apply' })
})

test('of each of several objects a result tells whether it changed, and how', () => {
  const made = object('Secret')
  const { result } = plan({ apply: false }, [view(one, one), view(undefined, made)])
  assert.equal(result, {
    result: {
      results: [
        { changed: false, method: 'update', result: one },
        { changed: true, method: 'create', result: made },
      ],
    },
  })
})

for (const [args, before, method] of [
  [{ apply: false }, undefined, 'create'],
  [{ apply: false }, one, 'update'],
  [{ force: true }, one, 'replace'],
  [{ force: true }, undefined, 'create'],
  [{ state: 'patched' }, one, 'update'],
  [{}, undefined, 'apply'],
] as const)
  test(`${JSON.stringify(args)} of what is ${before === undefined ? 'not ' : ''}there: method is ${method}`, () => {
    assert.is(plan(args, [view(before, two)]).result?.method, method)
  })

test('an object that differs is applied by the server, the others are left alone', () => {
  const done = plan({}, [view(one, one), view(one, two)])
  assert.equal(
    done.changes.map(({ what, after }) => [what, after]),
    [['ConfigMap web/a', 'updated']],
  )
  assert.equal(scripts(done), [
    `printf %s '${JSON.stringify(two)}' | kube apply --server-side --field-manager=playscript -o json -f -`,
  ])
})

test('parameters of the apply become options of kubectl', () => {
  const done = plan(
    {
      kubeconfig: '/etc/k.yaml',
      context: 'lab',
      server_side_apply: { field_manager: 'me', force_conflicts: true },
      validate: { fail_on_error: false },
    },
    [view(undefined, one)],
  )
  const script = (done.steps[0] as ScriptStep).script.text
  assert.match(script, /kubectl --cache-dir=\S+ --kubeconfig=\/etc\/k.yaml --context=lab "\$@"/)
  assert.match(script, '--field-manager=me --force-conflicts -o json --validate=warn -f -')
})

test('objects of several namespaces go to kubectl apart, in their order', () => {
  const free = object('Secret', {}, { namespace: undefined })
  const space = object('Namespace', {}, { name: 'here', namespace: undefined })
  const manifests = [space, JSON.parse(JSON.stringify(free)), one]
  const text = probe({ namespace: 'here' }, manifests)
  const asked = text.split('\n').filter((line) => line.includes(' get ') && line.startsWith('printf'))
  assert.equal(
    asked.map((line) => line.replace(/^.* \| /, '')),
    [
      'ask get --ignore-not-found -o json -f -',
      'ask get --namespace=here --ignore-not-found -o json -f -',
      'ask get --ignore-not-found -o json -f -',
    ],
  )
  assert.match(text, /if \[ -n "\$\(kube get namespace here --ignore-not-found -o name\)" \]; then/)
})

test('the server’s answers become views, found by kind and name', () => {
  const list = { kind: 'List', items: [one] }
  const applied = { kind: 'List', items: [two, object('Secret')] }
  const views = parse(answer(list) + answer(applied), {}, [two, object('Secret')])
  assert.equal(views, [
    { wanted: two, before: one, after: two },
    { wanted: object('Secret'), before: undefined, after: object('Secret') },
  ])
  assert.equal(parse(answer(''), { state: 'absent' }, [one]), [
    { wanted: one, before: undefined, after: undefined },
  ])
})

test('what nothing can be asked about yet is predicted from the definition', () => {
  const [found] =
    parse(answer('') + answer('', -1), { namespace: 'here' }, [
      object('Secret', {}, { namespace: 'here' }),
    ]) ?? []
  assert.is(found?.before, undefined)
  assert.is(found?.after?.metadata.namespace, 'here')
})

const refusals: readonly [string, RegExp, RegExp | undefined][] = [
  [
    'Job.batch "a" is invalid: spec.template: field is immutable',
    /the server refuses ConfigMap web\/a: Job/,
    /delete the object first/,
  ],
  ['error: Apply failed with 1 conflict: conflict with "kubectl": .data.x', /conflict/, /force_conflicts/],
  ['sh: 3: kubectl: not found', /not found/, /needs kubectl on its PATH/],
  ['Error from server (Forbidden): no', /Forbidden/, undefined],
]
for (const [stderr, message, hint] of refusals) {
  test(`a refusal is told in kubectl's words: ${stderr}`, () => {
    try {
      parse(answer('') + answer('', 1, stderr), {}, [one])
      assert.unreachable('it was taken')
    } catch (error) {
      assert.match((error as TaskError).message, message)
      if (hint === undefined) assert.is((error as TaskError).hint, undefined)
      else assert.match((error as TaskError).hint ?? '', hint)
    }
  })
}

test('absent deletes what is there, with the options given', () => {
  const args = {
    state: 'absent',
    wait: true,
    wait_timeout: 9,
    delete_options: { propagationPolicy: 'Foreground', gracePeriodSeconds: 1 },
  }
  assert.equal(plan({ state: 'absent' }, [view(undefined, undefined)]).steps, [])
  const done = plan(args, [{ wanted: one, before: one, after: undefined }])
  assert.match(
    scripts(done)[0] ?? '',
    /kube delete --ignore-not-found --wait=true --timeout=9s --cascade=foreground --grace-period=1 -f -$/,
  )
  assert.is(done.result?.method, 'delete')
})

test('waiting takes no step for what is ready, and fails at once for what has failed', () => {
  const job = (type: string) =>
    object('Job', { status: { conditions: [{ type, status: 'True', reason: 'Why' }] } })
  assert.equal(plan({ wait: true }, [view(job('Complete'), job('Complete'))]).steps, [])
  const running = plan({ wait: true }, [view(object('Job'), object('Job'))])
  assert.equal(
    running.steps.map(({ kind, label }) => [kind, label]),
    [['act', 'wait for Job web/a']],
  )
  assert.equal(running.changes, [])
  assert.throws(() => plan({ wait: true }, [view(job('Failed'), job('Failed'))]), /Job web\/a failed: Why/)
})

test('patched and apply: false patch what is there, by the merge that the kind knows', () => {
  const widget = { ...one, apiVersion: 'example.com/v1', kind: 'Widget' }
  const script = (args: object, manifest: Manifest) =>
    scripts(plan(args, [view(manifest, { ...manifest, data: {} })]))[0] ?? ''
  assert.match(
    script({ state: 'patched' }, one),
    'kube patch ConfigMap.v1. a --namespace=web --type=strategic',
  )
  assert.match(
    script({ apply: false }, widget),
    'kube patch Widget.v1.example.com a --namespace=web --type=merge',
  )
  assert.match(script({ apply: false, merge_type: 'merge' }, one), '--type=merge')
  assert.match(script({ force: true }, one), 'kube replace --field-manager=playscript -o json -f -; else')
  assert.match(script({ state: 'patched' }, one), /else :; fi$/)
})

test('definitions exclude one another, and one of them is needed', () => {
  assert.throws(() => checkedArguments(k8s, { definition: 'x', src: 'y' }), /mutually exclusive/)
  assert.throws(() => checkedArguments(k8s, { state: 'absent' }), /one of the following is required/)
  assert.throws(() => checkedArguments(k8s, { kind: 'Pod', api_key: 'x' }), /no parameter 'api_key'/)
})

test('the names of the collection are known', async () => {
  assert.is(await loadModule('kubernetes.core.k8s'), k8s as unknown)
  assert.is(await loadModule('kubernetes.core.k8s_log'), k8s_log as unknown)
  assert.is(await loadModule('kubernetes.core.file'), undefined)
})

test('k8s_info asks for one object, or for all of a kind', () => {
  const text = (args: object) =>
    k8s_info
      .probe?.(checkedArguments(k8s_info, { kind: 'Job', api_version: 'batch/v1', ...args }), {
        ...context([]),
        local: undefined,
      })
      ?.text.split('\n')
      .at(-1)
  assert.is(
    text({ name: 'a', namespace: 'web' }),
    'ask get Job.v1.batch --ignore-not-found -o json --namespace=web -- a',
  )
  assert.is(
    text({ label_selectors: ['a=b', 'c'] }),
    'ask get Job.v1.batch --ignore-not-found -o json --all-namespaces --selector=a=b,c',
  )
  const info = (output: string) =>
    k8s_info.parse?.(
      { text: output, bytes: Buffer.from(output) },
      checkedArguments(k8s_info, { kind: 'Job' }),
      {
        ...context([]),
        local: undefined,
      },
    )
  assert.equal(info(answer('', 1, `error: the server doesn't have a resource type "Job"`)), {
    api_found: false,
    resources: [],
  })
  assert.equal(info(answer(one)), { api_found: true, resources: [one] })
})

test('k8s_log gives the log as it is, whatever bytes it has', () => {
  const output = answer('one\ntwo \x1e three\n')
  const args = checkedArguments(k8s_log, { name: 'a' })
  const log = k8s_log.parse?.({ text: output, bytes: Buffer.from(output) }, args, {
    ...context([]),
    local: undefined,
  })
  assert.equal(log, { log: 'one\ntwo \x1e three\n', log_lines: ['one', 'two \x1e three'] })
})

test.run()
