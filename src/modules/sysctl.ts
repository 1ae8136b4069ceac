import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { ArgumentError } from '../core/errors.ts'
import { defineModule, nothing, type Plan, type Step } from '../core/module.ts'
import { refuseLineBreaks } from '../core/one-line.ts'
import { lines, operands, sh } from '../core/quote.ts'
import { type DestView, destProbe, readDest } from './shared/dest.ts'
import { editRequest, planEdit, textOf } from './shared/edit-file.ts'
import { throughLink } from './shared/follow.ts'
import { plainValue, sameValue, settingIn, withSetting } from './sysctl/settings.ts'

const ARGS = {
  name: { type: 'str', required: true, aliases: ['key'], doc: 'The setting: net.ipv4.ip_forward' },
  value: { type: 'str', aliases: ['val'], doc: 'What it is to be' },
  state: { type: 'str', choices: ['present', 'absent'], default: 'present', doc: 'Whether the file sets it' },
  ignoreerrors: { type: 'bool', default: false, doc: 'Go on when the kernel does not know a setting' },
  reload: { type: 'bool', default: true, doc: 'Let the kernel read the file when something changed' },
  sysctl_file: { type: 'path', default: '/etc/sysctl.conf', doc: 'The file that sets it at boot' },
  sysctl_set: { type: 'bool', default: false, doc: 'Look at the running kernel as well, and set it there' },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

/** What the kernel says (undefined when it could not be asked), and the file. */
interface Found {
  readonly running: string | undefined
  readonly view: DestView
}

/**
 * Keep a setting of the kernel, at boot and now.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/posix/sysctl_module.html
 *
 * @example
 * { sysctl: { name: 'net.ipv4.ip_forward', value: 1, sysctl_file: '/etc/sysctl.d/90-router.conf' } }
 */
export const sysctl = defineModule({
  name: 'sysctl',
  doc: 'Keep a setting of the kernel, at boot and now',
  args: ARGS,
  rules: { required_if: [['state', 'present', ['value']]] },
  probe(args, { target }) {
    checkWanted(args)
    const ask = sh`command -v sysctl >/dev/null 2>&1 || { echo 'the target has no sysctl (package procps)' >&2; exit 1; }
r=$(LC_ALL=C sysctl -e -n ${operands(args.name.trim())} 2>/dev/null) && printf '=%s' "$r"; printf '\000'`
    return lines(ask, destProbe(editRequest(args.sysctl_file, target.userland)))
  },
  parse({ bytes }, args, { target }): Found {
    const end = bytes.indexOf(0)
    const said = bytes.subarray(0, end).toString('utf8')
    const request = editRequest(args.sysctl_file, target.userland)
    return {
      running: said.startsWith('=') ? said.slice(1) : undefined,
      view: readDest(bytes.subarray(end + 1), request),
    }
  },
  plan(args, { running, view }, { diff, target }) {
    const name = args.name.trim()
    const value = args.state === 'present' ? plainValue(args.value ?? '') : undefined
    const text = textOf(view)
    const before = settingIn(text, name)
    const place = throughLink(view, args.sysctl_file, target)
    const file =
      before === value ? nothing() : planEdit(view, place, withSetting(text, name, value), { diff })
    return planSetting(args, { name, value, running }, file)
  },
})

function checkWanted({ name, value, state }: Wanted): void {
  refuseLineBreaks('sysctl', { name: name.trim(), value: value?.trim() })
  if (name.trim() === '') throw new ArgumentError('sysctl: name is blank')
  if (state === 'present' && value === '') throw new ArgumentError('sysctl: value is blank')
}

interface Setting {
  readonly name: string
  readonly value: string | undefined
  readonly running: string | undefined
}

// The running kernel counts only where the file needs no change, or where sysctl_set asks for it.
function planSetting(
  args: Wanted,
  { name, value, running }: Setting,
  file: Pick<Plan, 'changes' | 'steps'>,
): Plan {
  const { reload, sysctl_set, sysctl_file } = args
  const differs = value !== undefined && !sameValue(running, value)
  const counts = differs && (sysctl_set || (reload && file.changes.length === 0))
  const changes = [
    ...file.changes,
    ...(counts ? [{ what: `running ${name}`, before: running ?? null, after: value }] : []),
  ]
  return {
    changes,
    steps: [
      ...(differs && sysctl_set && running !== undefined
        ? [tell(args, `set ${name}`, ['-w', ...operands(`${name}=${value}`)])]
        : []),
      ...file.steps,
      ...(changes.length > 0 && reload ? [tell(args, `load ${sysctl_file}`, ['-p', sysctl_file])] : []),
    ],
    result: {},
  }
}

// sysctl(8) may fail to set a value and end with 0 all the same; busybox's does so for a setting that there is not.
function tell({ ignoreerrors }: Wanted, label: string, words: readonly string[]): Step {
  const flags = ignoreerrors ? ['-e'] : []
  const script = sh`e=$(LC_ALL=C sysctl ${flags} ${words} 2>&1 >/dev/null); r=$?; [ -z "$e" ] || printf '%s\n' "$e" >&2
case $e in *'Invalid argument'*|*'Read-only file system'*|*'is an unknown key'*) exit 1;; esac; exit $r`
  return { kind: 'script', label, script }
}
