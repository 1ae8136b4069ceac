import * as assert from 'uvu/assert'
import type { Module } from '../../../src/core/module.ts'
import type { Shell } from '../../../src/core/remote.ts'
import { k8s } from '../../../src/modules/k8s.ts'
import { k8s_info } from '../../../src/modules/k8s_info.ts'
import { k8s_log } from '../../../src/modules/k8s_log.ts'
import { failureOf, runModule, TARGET } from '../../helpers/module-harness.ts'
import type { Lab } from '../../lab/index.ts'

/** A host with kubectl and a cluster, and a way past the modules to look at it. */
export interface ClusterHost {
  readonly shell: Shell
  /** Runs a script as root with KUBECONFIG set; throws unless it ends with 0. */
  readonly sh: (script: string) => Promise<string>
}

/** The cluster of a lab's host, past sshd. */
export function clusterHost(lab: Lab, name: string): ClusterHost {
  const sh = async (script: string) => {
    const { code, stdout, stderr } = await lab.sh(name, `export KUBECONFIG=${KUBECONFIG}\n${script}`)
    if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr}`)
    return stdout
  }
  const shell: Shell = {
    target: TARGET,
    async request(script) {
      const { code, stdout, stderr } = await lab.sh(name, `( ${script.text}\n) </dev/null`)
      return { code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) }
    },
    close: async () => {},
  }
  return { shell, sh }
}

type Test = (name: string, body: () => Promise<void>) => void

const KUBECONFIG = '/etc/rancher/k3s/k3s.yaml'

const job = (script: string, own: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'hello', namespace: 'playscript' },
  spec: {
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: 'Never',
        containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], ...own }],
      },
    },
  },
})

const configMap = (data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings' },
  data,
})

const several = `
apiVersion: v1
kind: Namespace
metadata: { name: playscript }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: playscript }
data: { color: blue, size: "1" }
---
apiVersion: v1
kind: Secret
metadata: { name: password, namespace: playscript }
stringData: { word: tell-nobody-8213 }
`

/** What the modules of Kubernetes do to a cluster, whichever answers: the lab's stand-in, or the real API server. */
export function clusterCases(test: Test, host: () => Promise<ClusterHost>): void {
  const run = async (module: unknown, args: object, how: { check?: boolean; diff?: boolean } = {}) => {
    const { shell } = await host()
    const given = { kubeconfig: KUBECONFIG, ...args }
    return (await runModule(module as Module, given, { shell, ...how })).fields
  }
  const fails = async (args: object, how: { check?: boolean } = {}) => failureOf(run(k8s, args, how))
  const kubectl = async (words: string) => (await (await host()).sh(`kubectl ${words}`)).trim()
  const settings = () => kubectl('-n playscript get configmap settings -o jsonpath={.data}')

  test('check mode says what would be made, and makes nothing', async () => {
    const fields = await run(k8s, { definition: several }, { check: true, diff: true })
    assert.is(fields.changed, true)
    const diff = JSON.stringify(fields.diff)
    assert.match(diff, /Namespace playscript/)
    assert.match(diff, /color: blue/)
    assert.not.match(diff, /tell-nobody/)
    assert.is(await kubectl('get namespace playscript --ignore-not-found'), '')
  })

  test('objects of several documents are made, and the second run finds them as they should be', async () => {
    assert.is((await run(k8s, { definition: several })).changed, true)
    assert.equal(JSON.parse(await settings()), { color: 'blue', size: '1' })
    const again = await run(k8s, { definition: several })
    assert.is(again.changed, false)
    const { results } = again.result as { results: readonly { result: { kind: string } }[] }
    assert.equal(
      results.map(({ result }) => result.kind),
      ['Namespace', 'ConfigMap', 'Secret'],
    )
    assert.is((await run(k8s, { definition: several }, { check: true })).changed, false)
  })

  test('a field that the definition no longer has goes away, one of another manager stays', async () => {
    await kubectl(`-n playscript patch configmap settings -p '{"data":{"other":"kept"}}'`)
    const args = { definition: configMap({ color: 'blue' }), namespace: 'playscript' }
    const predicted = await run(k8s, args, { check: true, diff: true })
    assert.match(JSON.stringify(predicted.diff), /size/)
    assert.is((await run(k8s, args)).changed, true)
    assert.equal(JSON.parse(await settings()), { color: 'blue', other: 'kept' })
    assert.is((await run(k8s, args)).changed, false)
  })

  test('what somebody changed by hand is a conflict, and taken back when asked for', async () => {
    const mine = { definition: configMap({ color: 'blue' }), namespace: 'playscript' }
    const script = `printf '%s' '${JSON.stringify(configMap({ color: 'red' }))}' | kubectl -n playscript apply --server-side --field-manager=somebody --force-conflicts -f -`
    await (await host()).sh(script)
    const refused = await fails(mine)
    assert.match(refused.message, /conflict/)
    assert.match(refused.hint ?? '', /force_conflicts/)
    const server_side_apply = { force_conflicts: true }
    assert.is((await run(k8s, { ...mine, server_side_apply })).changed, true)
    assert.is((await run(k8s, { ...mine, server_side_apply })).changed, false)
    assert.is(JSON.parse(await settings()).color, 'blue')
  })

  test('patched changes what is there and makes nothing, apply: false leaves other fields', async () => {
    const patch = { definition: configMap({ extra: 'yes' }), namespace: 'playscript', state: 'patched' }
    assert.is((await run(k8s, patch)).changed, true)
    assert.is((await run(k8s, patch)).changed, false)
    const missing = {
      ...patch,
      definition: { kind: 'ConfigMap', metadata: { name: 'none' }, data: { a: 'b' } },
    }
    assert.is((await run(k8s, missing)).changed, false)
    const merge = { definition: configMap({ size: '2' }), namespace: 'playscript', apply: false }
    assert.is((await run(k8s, merge)).changed, true)
    assert.is((await run(k8s, merge)).changed, false)
    assert.equal(JSON.parse(await settings()), { color: 'blue', other: 'kept', extra: 'yes', size: '2' })
  })

  test('force replaces the whole', async () => {
    const args = { definition: configMap({ only: 'this' }), namespace: 'playscript', force: true }
    assert.is((await run(k8s, args)).changed, true)
    assert.equal(JSON.parse(await settings()), { only: 'this' })
    assert.is((await run(k8s, args)).changed, false)
  })

  test('a Job is waited for, and its log read', async () => {
    const args = { definition: job('echo hello from the job'), wait: true, wait_sleep: 1, wait_timeout: 90 }
    const done = await run(k8s, args)
    assert.is(done.changed, true)
    const { status } = done.result as { status: { succeeded: number } }
    assert.is(status.succeeded, 1)
    const again = await run(k8s, args)
    assert.is(again.changed, false)
    const name = { api_version: 'batch/v1', kind: 'Job', name: 'hello', namespace: 'playscript' }
    assert.equal((await run(k8s_log, name)).log_lines, ['hello from the job'])
    const { resources } = (await run(k8s_info, name)) as unknown as { resources: readonly { kind: string }[] }
    assert.equal(
      resources.map(({ kind }) => kind),
      ['Job'],
    )
    const pods = await run(k8s_info, {
      kind: 'Pod',
      namespace: 'playscript',
      label_selectors: ['job-name=hello'],
    })
    assert.is((pods.resources as readonly unknown[]).length, 1)
  })

  test('what Kubernetes does not let change is told with a way out', async () => {
    const refused = await fails({ definition: job('echo something else') })
    assert.match(refused.message, /immutable/)
    assert.match(refused.hint ?? '', /state: absent/)
  })

  test('absent deletes what is there and its Pods, and then finds nothing', async () => {
    const args = {
      api_version: 'batch/v1',
      kind: 'Job',
      name: 'hello',
      namespace: 'playscript',
      state: 'absent',
    }
    assert.is((await run(k8s, args, { check: true })).changed, true)
    assert.match(await kubectl('-n playscript get job hello -o name'), /hello/)
    assert.is((await run(k8s, { ...args, wait: true })).changed, true)
    assert.is((await run(k8s, args)).changed, false)
    assert.equal((await run(k8s, args)).result, {})
  })

  test('a Job that fails ends the waiting, with the reason', async () => {
    const failed = await fails({ definition: job('exit 3'), wait: true, wait_sleep: 1, wait_timeout: 90 })
    assert.match(failed.message, /Job playscript\/hello failed: BackoffLimitExceeded/)
    const again = await fails({ definition: job('exit 3'), wait: true })
    assert.match(again.message, /BackoffLimitExceeded/)
    await run(k8s, { definition: job('exit 3'), state: 'absent' })
  })

  test('waiting ends after its time, and says how far the object is', async () => {
    const args = { definition: job('sleep 60'), wait: true, wait_sleep: 1, wait_timeout: 2 }
    assert.match(
      (await fails(args)).message,
      /Timed out waiting on resource: Job playscript\/hello is not ready/,
    )
    await run(k8s, { definition: job(''), state: 'absent' })
  })

  test('a kind, a namespace and a cluster that are not there are told; in check mode the run may provide them', async () => {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } }
    assert.match((await fails({ definition: widget })).message, /no matches for kind "Widget"/)
    const homeless = { definition: configMap({}), namespace: 'nowhere' }
    assert.match((await fails(homeless)).message, /namespaces "nowhere" not found/)
    const nobody = { definition: configMap({}), kubeconfig: '/nowhere' }
    assert.match((await fails(nobody)).message, /\/nowhere/)
    for (const args of [{ definition: widget }, homeless, nobody]) {
      assert.is((await run(k8s, args, { check: true })).changed, true)
    }
    assert.equal((await run(k8s_info, { kind: 'Widget', api_version: 'example.com/v1' })).api_found, false)
  })

  test('a namespace takes all that is in it', async () => {
    const args = { kind: 'Namespace', name: 'playscript', state: 'absent', wait: true }
    assert.is((await run(k8s, args)).changed, true)
    assert.is((await run(k8s, args)).changed, false)
  })
}
