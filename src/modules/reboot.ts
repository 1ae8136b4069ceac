import { setTimeout as pause } from 'node:timers/promises'
import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { messageOf, TaskError, UnreachableError } from '../core/errors.ts'
import { defineModule, type Finish, nothing, type Remote, type Step } from '../core/module.ts'
import { Script, sh } from '../core/quote.ts'
import type { Shell } from '../core/remote.ts'

const ARGS = {
  pre_reboot_delay: { type: 'int', default: 0, doc: 'Seconds until it goes down; counted in whole minutes' },
  post_reboot_delay: {
    type: 'float',
    default: 0,
    doc: 'Seconds to wait before the first look whether it is back',
  },
  reboot_timeout: {
    type: 'int',
    default: 600,
    doc: 'Seconds in which it must be back, and then once more in which test_command must succeed',
  },
  connect_timeout: { type: 'int', doc: 'Seconds for one connection; default: as for every connection' },
  test_command: {
    type: 'str',
    default: 'whoami',
    doc: 'What must succeed before the machine counts as ready',
  },
  msg: { type: 'str', default: 'Reboot initiated by Ansible', doc: 'What users are told before' },
  search_paths: {
    type: 'list',
    elements: 'str',
    default: ['/sbin', '/bin', '/usr/sbin', '/usr/bin', '/usr/local/sbin'],
    doc: 'Folders in which the command is looked for',
  },
  boot_time_command: {
    type: 'str',
    default: 'cat /proc/sys/kernel/random/boot_id',
    doc: 'What prints another text after each boot',
  },
  reboot_command: {
    type: 'str',
    doc: 'What reboots the machine, in place of shutdown; delays and msg are not for it',
  },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

/**
 * Reboot a machine, and wait until it is back.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/reboot_module.html
 *
 * @example
 * { reboot: { reboot_timeout: 300 } }
 */
export const reboot = defineModule({
  name: 'reboot',
  doc: 'Reboot a machine, and wait until it is back',
  args: ARGS,
  plan(args, _state, { target }) {
    if (target.local) {
      const failed = 'Running reboot with local connection would reboot the control node.'
      return { ...nothing({ elapsed: 0, rebooted: false }), failed }
    }
    const act = (remote: Remote) => rebootNow(args, remote)
    const step: Step = { kind: 'act', label: 'reboot', as: 'reboot', act }
    return {
      changes: [{ what: 'boot', before: 'this one', after: 'a new one' }],
      steps: [step],
      result: { rebooted: true, elapsed: 0 },
    }
  },
  finish: ({ reboot: done }) => (done?.value ?? {}) as Finish,
})

async function rebootNow(args: Wanted, remote: Remote): Promise<Finish> {
  const before = await bootTime(args, remote.shell)
  await goDown(args, remote.shell)
  const begin = Date.now()
  const elapsed = () => Math.floor((Date.now() - begin) / 1000)
  await pause(Math.max(0, args.post_reboot_delay) * 1000)
  try {
    const shell = await until(args, 'last boot time check', async () => {
      const opened = await remote.reconnect(args.connect_timeout)
      const now = await bootTime(args, opened)
      if (now === '' || now === before) throw new TaskError('boot time has not changed')
      return opened
    })
    await until(args, 'post-reboot test command', () => testCommand(args, shell))
  } catch (error) {
    throw new TaskError(messageOf(error), { result: { rebooted: true, elapsed: elapsed() } })
  }
  return { rebooted: true, elapsed: elapsed() }
}

async function bootTime({ boot_time_command, connect_timeout = 10 }: Wanted, shell: Shell): Promise<string> {
  const { code, stdout, stderr } = await shell.request(new Script(boot_time_command), {
    timeout: connect_timeout + 10,
  })
  if (code === 0) return stdout.toString('utf8').trim()
  throw new TaskError(`reboot: boot_time_command ended with ${code}: ${stderr.toString('utf8').trim()}`)
}

async function testCommand({ test_command }: Wanted, shell: Shell): Promise<void> {
  const { code, stdout, stderr } = await shell.request(new Script(test_command))
  if (code === 0) return
  throw new TaskError(`Test command failed: ${stderr.toString('utf8')} ${stdout.toString('utf8')}`.trim())
}

/** Tries again, at longer and longer intervals, until it succeeds. @throws {TaskError} when the time is over */
async function until<T>({ reboot_timeout }: Wanted, what: string, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + reboot_timeout * 1000
  for (let seconds = 0.25; ; seconds = Math.min(seconds * 2, 5)) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() + seconds * 1000 >= end) {
        throw new TaskError(`Timed out waiting for ${what} (timeout=${reboot_timeout}): ${messageOf(error)}`)
      }
    }
    await pause(seconds * 1000)
  }
}

async function goDown(args: Wanted, shell: Shell): Promise<void> {
  try {
    const { code, stdout, stderr } = await shell.request(downScript(args))
    if (code === 0) return
    const said = `${stdout.toString('utf8').trim()}, ${stderr.toString('utf8').trim()}`
    throw new TaskError(`Reboot command failed. Error was: '${said}'`, {
      result: { rebooted: false, elapsed: 0 },
    })
  } catch (error) {
    // The link may be cut before the command has said that it did what it should.
    if (!(error instanceof UnreachableError)) throw error
  }
}

// What has no shutdown(8), as busybox, has a reboot that takes no words.
function downScript({ reboot_command, search_paths, pre_reboot_delay, msg }: Wanted): Script {
  const find = sh`find_it() { for d in ${search_paths}; do if [ -x "$d/$1" ]; then printf %s "$d/$1"; return; fi; done; return 1; }`
  if (reboot_command === undefined) {
    const minutes = Math.max(0, Math.floor(pre_reboot_delay / 60))
    return sh`${find}
if c=$(find_it shutdown); then "$c" -r ${minutes} ${msg}
elif c=$(find_it reboot); then sleep ${minutes * 60}; "$c"
else echo ${`neither shutdown nor reboot is in ${search_paths.join(', ')}`} >&2; exit 1; fi`
  }
  const [, command = '', words = ''] = /^\s*(\S+)([\s\S]*)$/.exec(reboot_command) ?? []
  if (command.startsWith('/')) return new Script(reboot_command)
  const missing = `there is no ${command} in ${search_paths.join(', ')}`
  return sh`${find}
c=$(find_it ${command}) || { echo ${missing} >&2; exit 1; }
"$c"${new Script(words)}`
}
