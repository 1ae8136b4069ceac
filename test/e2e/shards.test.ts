import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stringify } from 'yaml'
import { inShard } from '../../src/inventory/shard.ts'
import { BUILDING } from '../helpers/building.ts'
import { ensureLab, type Lab, labUnavailable } from '../lab/index.ts'
import { withLock } from '../lab/lock.ts'
import { must } from '../lab/run.ts'
import { clusterHost } from '../modules/cases/cluster.ts'
import { ensureNode } from '../nodes/install.ts'

const test = suite('infra/shards/job.yaml in a cluster')
const HOST = 'k3s-cluster'
const reason = labUnavailable()
const shardOf = (name: string) => [1, 2, 3].find((index) => inShard(name, { index, count: 3 })) ?? 0
const names = Array.from({ length: 9 }, (_, n) => `web-${n}`)

const PLAYBOOK = `import { playbook } from 'playscript'
export default playbook(import.meta, [{
  name: 'Converge', hosts: 'all', gather_facts: true, tasks: [
    { name: 'Write', copy: { content: '{{ inventory_hostname }}\\n', dest: '/tmp/{{ inventory_hostname }}' } },
    { name: 'Look', command: 'cat /tmp/{{ inventory_hostname }}', changed_when: false },
    { name: 'Count', set_stats: { data: { hosts: 1 }, aggregate: true } },
    { name: 'Refuse', fail: { msg: 'not here' }, when: 'inventory_hostname == refused' },
  ],
}])
`

/** Writes what the image of the pods holds: Node, the playbook, its inventory and the package as it is published. */
async function writeImage(lab: Lab, dir: string): Promise<void> {
  const { address, hostKey } = lab.host(HOST)
  const host = { ansible_host: address, ansible_user: 'k8s', ansible_ssh_host_key_ed25519_public: hostKey }
  const all = { hosts: Object.fromEntries(names.map((name) => [name, host])), vars: { refused: 'none' } }
  mkdirSync(join(dir, 'inventory', 'group_vars'), { recursive: true })
  writeFileSync(join(dir, 'inventory', 'hosts.yml'), stringify({ all }, { aliasDuplicateObjects: false }))
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}\n')
  writeFileSync(join(dir, 'playbook.ts'), PLAYBOOK)
  cpSync(await ensureNode(24), join(dir, 'node'))
  const modules = join(dir, 'node_modules')
  await withLock(BUILDING, { timeoutMs: 600_000 }, async () => {
    await must(['sh', '.ci/build'])
    cpSync('dist', join(modules, 'playscript'), { recursive: true })
  })
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'playscript', 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies).filter((one) => !one.startsWith('@')))
    cpSync(join('node_modules', name), join(modules, name), { recursive: true })
  mkdirSync(join(modules, '.bin'))
  symlinkSync('../playscript/src/bin.js', join(modules, '.bin', 'playscript'))
}

/** A report without what differs from run to run: ids, and when and how long. */
function lasting(report: string): unknown {
  const volatile = new Set(['id', 'duration', 'start', 'end', 'delta', 'ansible_facts'])
  return JSON.parse(report, (key, value) => (volatile.has(key) ? undefined : value))
}

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  // Before this process enters the lab's network, which does not reach npm's registry.
  await ensureNode(24)
  const lab = await ensureLab()
  const { sh } = clusterHost(lab, HOST)
  const image = mkdtempSync(join(tmpdir(), 'playscript-image-'))
  const manifest = readFileSync(resolve('infra/shards/job.yaml'), 'utf8')
  const apply = (text: string) => sh(`kubectl apply -f - <<'MANIFEST'\n${text}\nMANIFEST`)
  const job = async () => JSON.parse(await sh('kubectl get job playbook -o json'))
  /** Runs the manifest; returns the Job as it ended, and the merged report. */
  const runJob = async (condition: 'complete' | 'failed') => {
    await sh('kubectl delete job playbook --ignore-not-found')
    await apply(manifest)
    await sh(`kubectl wait --for=condition=${condition} job/playbook --timeout=120s`).catch(async (error) => {
      const logs = await sh(
        'kubectl get job,pods -o yaml; tail -n 50 /var/log/pods/default_playbook-*/*/0.log',
      )
      throw new Error(`${error.message}\n${logs}`)
    })
    const ended = await job()
    const report = await sh(`cat /var/lib/kubelet/claims/default/reports/${ended.metadata.uid}/all.json`)
    return { ended, report }
  }
  /** Runs the same playbook on the same host over all hosts at once. */
  const runWhole = async (code: number) => {
    const argv = 'node playbook.ts --private-key /root/key --report json:/root/whole.json'
    await sh(`cd /playbook; ${argv} >/root/log 2>&1; [ $? = ${code} ] || { cat /root/log >&2; exit 1; }`)
    return sh('cat /root/whole.json')
  }

  test.before(async () => {
    await lab.reset(HOST)
    await writeImage(lab, image)
    const ssh = `ssh -F ${lab.paths.sshConfig} root@${lab.host(HOST).address}`
    const unpack = 'mkdir /playbook && tar -xC /playbook && mv /playbook/node /usr/local/bin/node'
    await sh(`umask 077; cat >/root/key <<'KEY'\n${readFileSync(lab.paths.key, 'utf8')}KEY`)
    const { code, stderr } = await lab.exec(['sh', '-c', `tar -cC ${image} . | ${ssh} '${unpack}'`])
    assert.is(code, 0, stderr)
    const stringData = { id_ecdsa: readFileSync(lab.paths.key, 'utf8') }
    await apply(
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'ssh-key' }, stringData }),
    )
  })

  test.after(async () => {
    rmSync(image, { recursive: true, force: true })
    await lab.reset(HOST)
  })

  test('the hosts of this test fall into all three shards', () => {
    assert.equal([...new Set(names.map((name) => shardOf(name)))].sort(), [1, 2, 3])
  })

  test('three shards and a merge end in the report of one run', async () => {
    await runWhole(0)
    const { ended, report } = await runJob('complete')
    assert.equal([ended.status.succeeded, ended.status.completedIndexes], [3, '0-2'])
    assert.equal(lasting(report), lasting(await runWhole(0)))
    assert.equal(Object.keys(JSON.parse(report).stats).sort(), [...names].sort())
  })

  test('a failed host fails its index without another try, and the report has it', async () => {
    await sh(`printf 'refused: %s\\n' ${names[0]} >/playbook/inventory/group_vars/all.yml`)
    const { ended, report } = await runJob('failed')
    const index = shardOf(names[0] ?? '') - 1
    assert.equal([ended.status.failed, ended.status.failedIndexes], [1, String(index)])
    assert.equal(lasting(report), lasting(await runWhole(2)))
  })
}

test.run()
