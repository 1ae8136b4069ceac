import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { TaskError } from '../../src/core/errors.ts'
import type { Module } from '../../src/core/module.ts'
import { lines, Script, sh } from '../../src/core/quote.ts'
import type { Shell } from '../../src/core/remote.ts'
import { loadModule } from '../../src/modules/index.ts'
import { fakeController, runModule } from '../helpers/module-harness.ts'
import { labSuite, type TestHost } from '../modules/lab/lab-host.ts'

// Root writes into a directory of `operator`, who swaps names in it all the time: temporary files and directories, the
// file itself, and the directory, for links to what is root's. Nothing of root's may change, and nothing that only root
// may read may show.
const long = process.env.PLAYSCRIPT_HOSTILE === 'long'
/** How often a module's steps race, and how often its probe with them. */
const TRIES = long ? 2000 : 25
const RUNS = long ? 60 : 2

const D = '/home/operator/d'
const TRAP = '/srv/trap'
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHtkEl3heZT0vrjAu92UG0MFkApTP24PAxnIDhqiQzet'

interface Race {
  readonly module: string
  readonly what?: string
  readonly args: Readonly<Record<string, unknown>>
  /** Shell text that prepares the directory; the file `file` in it is the operator's and holds `mine`. */
  readonly before?: string
}

const file = `${D}/file`
const given = { owner: 'operator', group: 'operator', mode: '0644' }
const RACES: readonly Race[] = [
  { module: 'copy', args: { content: 'x\n', dest: file, ...given } },
  { module: 'copy', what: 'a backup', args: { content: 'x\n', dest: file, backup: true, mode: '0640' } },
  {
    module: 'copy',
    what: 'a secret',
    args: { content: 'SECRET of the task\n', dest: file, owner: 'root', group: 'root', mode: '0600' },
    before: 'chown root:root file',
  },
  { module: 'copy', what: 'a tree', args: { src: 'tree', dest: D, ...given, directory_mode: '0755' } },
  { module: 'template', args: { src: 'motd', dest: file, ...given } },
  { module: 'file', what: 'owner and mode', args: { path: file, ...given, mode: '0600' } },
  { module: 'file', what: 'touch', args: { path: file, state: 'touch', mode: '0666' } },
  { module: 'file', what: 'a new file', args: { path: `${D}/new`, state: 'touch', ...given } },
  {
    module: 'file',
    what: 'a directory',
    args: { path: `${D}/file`, state: 'directory', ...given, mode: '0777' },
    before: 'rm file',
  },
  {
    module: 'file',
    what: 'a link',
    args: { path: file, state: 'link', src: '/nowhere', force: true, owner: 'operator' },
  },
  { module: 'file', what: 'absent', args: { path: file, state: 'absent' } },
  {
    module: 'file',
    what: 'recurse',
    args: { path: D, recurse: true, owner: 'operator', group: 'operator' },
    before: 'chown root:root file',
  },
  { module: 'lineinfile', args: { path: file, line: 'a line', ...given } },
  { module: 'blockinfile', args: { path: file, block: 'a block', ...given } },
  { module: 'replace', args: { path: file, regexp: 'm', replace: 'n', ...given } },
  { module: 'assemble', args: { src: '/srv/parts', dest: file, ...given } },
  { module: 'get_url', args: { url: 'file:///srv/parts/a', dest: file, force: true, ...given } },
  { module: 'unarchive', args: { src: '/srv/a.tar.gz', remote_src: true, dest: D, ...given } },
  { module: 'authorized_key', args: { user: 'operator', key: KEY, path: file } },
  { module: 'known_hosts', args: { name: 'host', key: `host ${KEY}`, path: file } },
  { module: 'cron', args: { name: 'a job', job: 'true', cron_file: file, user: 'root' } },
]

const { test, host, run } = await labSuite('hostile/races')

const root = mkdtempSync(join(tmpdir(), 'playscript-races-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'files/tree/sub'), { recursive: true })
mkdirSync(join(root, 'templates'))
writeFileSync(join(root, 'files/tree/file'), 'x\n')
writeFileSync(join(root, 'files/tree/sub/inner'), 'x\n')
writeFileSync(join(root, 'templates/motd'), 'x\n')
const controller = fakeController({
  root,
  variables: { playbook_dir: root, inventory_hostname: 'plain-1' },
  renderFile: async (path) => readFileSync(path, 'utf8'),
})

const ATTACK = readFileSync(new URL('attack.py', import.meta.url), 'utf8')
const SETUP = `mkdir -p /srv/parts /srv/tree/sub; echo part >/srv/parts/a; echo x >/srv/tree/file; echo x >/srv/tree/sub/inner
tar -czf /srv/a.tar.gz -C /srv/tree file sub; cat >/srv/attack.py <<'END_OF_ATTACK'
${ATTACK}END_OF_ATTACK`
const calm = (before = ':') => `rm -rf ${D} ${D}.real /home/operator/.aside-* ${TRAP} /home/operator/.new
mkdir -p ${TRAP} && echo SECRET >${TRAP}/file && echo SECRET >${TRAP}/new && chmod 600 ${TRAP}/*
mkdir ${D} && cd ${D} && echo mine >file && chown -R operator:operator ${D}
${before}`
const LOOK = `find ${TRAP} -printf '%P %y %u %g %m %s %T@ %C@\\n'`

/** Starts the attacker; what is returned ends it and gives what it says. */
async function attack({ sh }: TestHost): Promise<() => Promise<string>> {
  const start = `setpriv --reuid=operator --regid=operator --clear-groups python3 /srv/attack.py ${D} file ${TRAP}`
  const pid = (await sh(`${start} >/srv/said 2>&1 </dev/null & echo $!`)).trim()
  return () => sh(`kill ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done; cat /srv/said`)
}

/** A shell that also keeps the last script that carried steps out. */
function recording(shell: Shell) {
  let last: Script | undefined
  const request: Shell['request'] = (script, options) => {
    if (script.text.includes('@step-')) last = script
    return shell.request(script, options)
  }
  return { shell: { ...shell, target: shell.target, request }, steps: () => last }
}

/** Carries steps out again and again, and gives how often all of them went well. */
async function repeat(shell: Shell, steps: Script): Promise<number> {
  const mark = /@step-[0-9a-f]{24}@/.exec(steps.text)?.[0] ?? ''
  const loop = sh`i=0; n=0
while [ $i -lt ${TRIES} ]; do
  i=$((i + 1)); o=$( ( ${steps} ) 2>/dev/null )
  case $o in *${new Script(`"${mark} "`)}[1-9]*) ;; *) n=$((n + 1)) ;; esac
done; echo $n`
  const { stdout } = await shell.request(lines(new Script('', steps.libraries), loop), { timeout: 600 })
  return Number(stdout.toString())
}

for (const { module: name, what, args, before } of RACES) {
  test(`${name}${what === undefined ? '' : `: ${what}`}`, async () => {
    const machine = await host()
    const module = (await loadModule(name)) as Module
    await machine.sh(SETUP)
    await machine.sh(calm(before))
    const { shell, steps } = recording(machine.shell)
    assert.is((await runModule(module, args, { shell, controller })).fields.changed, true)
    const script = steps()
    assert.ok(script)
    await machine.sh(calm(before))
    const untouched = await machine.sh(LOOK)
    const stop = await attack(machine)
    let done = 0
    let runs = 0
    try {
      done = await repeat(machine.shell, script)
      for (let count = 0; count < RUNS; count += 1) {
        runs += await runModule(module, args, { shell: machine.shell, controller, timeout: 20 }).then(
          () => 1,
          (error: unknown) => {
            if (error instanceof TaskError) return 0
            throw error
          },
        )
      }
    } finally {
      const said = await stop()
      console.log(
        `${name} ${what ?? ''}: ${done} of ${TRIES} and ${runs} of ${RUNS} carried out; ${said.trim()}`,
      )
      assert.match(said, /^swaps [1-9]\d*$/m)
      assert.not.match(said, /read/)
    }
    assert.is(await machine.sh(LOOK), untouched)
  })
}

test('fetch', async () => {
  const machine = await host()
  const module = (await loadModule('fetch')) as Module
  await machine.sh(SETUP)
  await machine.sh(calm())
  const untouched = await machine.sh(LOOK)
  const stop = await attack(machine)
  const dest = join(root, 'fetched/')
  let done = 0
  for (let count = 0; count < TRIES; count += 1) {
    const args = { src: file, dest, flat: true, fail_on_missing: false }
    await runModule(module, args, { shell: machine.shell, controller, timeout: 20 }).then(
      () => {
        done += 1
      },
      () => {},
    )
  }
  console.log(`fetch: ${done} of ${TRIES} carried out; ${(await stop()).trim()}`)
  assert.is(await machine.sh(LOOK), untouched)
})

run()
