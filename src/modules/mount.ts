import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { type Change, defineModule, nothing, type Plan, type Step } from '../core/module.ts'
import { lines, type Script, sh } from '../core/quote.ts'
import { FSTAB, mountScript, point, remount, trimmed } from './mount/commands.ts'
import { withEntry, withoutEntry } from './mount/fstab.ts'
import { isFrom, type Mounted, mountedOn, parseMountinfo } from './mount/mounts.ts'
import { undoEntry } from './mount/undo.ts'
import { type DestView, destProbe, readDest } from './shared/dest.ts'
import { editRequest, planEdit, textOf } from './shared/edit-file.ts'
import { makeFolders } from './shared/file/plan-directory.ts'
import { throughLink } from './shared/follow.ts'
import { hostPath } from './shared/path-state.ts'
import { readWritten } from './shared/plan-file.ts'

const ARGS = {
  path: { type: 'path', required: true, aliases: ['name'], doc: 'Where it is mounted' },
  src: {
    type: 'path',
    doc: 'What is mounted: a device, a folder for a bind mount, or a name of another machine’s',
  },
  fstype: { type: 'str', doc: 'Type of the file system' },
  opts: { type: 'str', doc: 'Options of the mount' },
  opts_no_log: { type: 'bool', default: false, doc: 'Keep the options out of results and diffs' },
  dump: { type: 'str', default: '0', doc: 'The fifth field of fstab(5)' },
  passno: { type: 'str', default: '0', doc: 'The sixth field of fstab(5)' },
  state: {
    type: 'str',
    required: true,
    choices: ['absent', 'absent_from_fstab', 'ephemeral', 'mounted', 'present', 'remounted', 'unmounted'],
    doc: 'present and absent_from_fstab are about the file alone, unmounted, remounted and ephemeral about what is mounted alone, mounted and absent about both',
  },
  fstab: { type: 'str', doc: 'Another file instead of /etc/fstab' },
  boot: {
    type: 'bool',
    default: true,
    doc: 'Whether it is mounted at boot; if not, noauto is one of the options',
  },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
} as const satisfies ArgumentSpecs
type Wanted = Args<typeof ARGS>

interface Found {
  readonly mounts: readonly Mounted[]
  /** The folders down to the mount point that are missing, outermost first. */
  readonly missing: readonly string[]
  readonly exists: boolean
  readonly view: DestView
}

/**
 * Keep a mount in fstab(5), and mounted.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/posix/mount_module.html
 *
 * @example
 * { mount: { path: '/srv/scratch', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=64m,mode=0755', state: 'mounted' } }
 */
export const mount = defineModule({
  name: 'mount',
  doc: 'Keep a mount in fstab(5), and mounted',
  args: ARGS,
  rules: {
    required_if: [
      ['state', 'mounted', ['src', 'fstype']],
      ['state', 'present', ['src', 'fstype']],
      ['state', 'ephemeral', ['src', 'fstype']],
    ],
  },
  probe(args, { target }) {
    return lines(
      sh`cat /proc/self/mountinfo; printf '\000'`,
      sh`p=${hostPath(args.path)}; while [ ! -e "$p" ]; do printf '%s\000' "$p"; n=$(dirname -- "$p"); [ "$n" != "$p" ] || break; p=$n; done; printf '\000'`,
      destProbe(editRequest(args.fstab ?? FSTAB, target.userland)),
    )
  },
  parse({ bytes }, args, { target }): Found {
    const end = bytes.indexOf(0)
    const missing: string[] = []
    let at = end + 1
    for (let next = bytes.indexOf(0, at); next > at; next = bytes.indexOf(0, at)) {
      missing.unshift(bytes.subarray(at, next).toString('utf8'))
      at = next + 1
    }
    return {
      mounts: parseMountinfo(bytes.subarray(0, end).toString('utf8')),
      missing,
      exists: missing.length === 0,
      view: readDest(bytes.subarray(at + 1), editRequest(args.fstab ?? FSTAB, target.userland)),
    }
  },
  plan(args, found, { diff, target }) {
    const edit = (text: string): Pick<Plan, 'changes' | 'steps'> => {
      const { view } = found
      const old = textOf(view)
      if (text === old && (text !== '' || view.found !== undefined)) return nothing()
      if (text === '' && view.found === undefined) return nothing()
      const place = throughLink(view, args.fstab ?? FSTAB, target)
      const folders = view.found === undefined ? view.missing.slice(0, -1) : []
      const none = { owner: undefined, group: undefined, mode: undefined }
      const file = planEdit(view, place, text, { diff: diff && !args.opts_no_log, backup: args.backup })
      return { ...file, steps: [...makeFolders(folders, none, view.identity), ...file.steps] }
    }
    const plan = PLANS[args.state](args, found, edit)
    return { ...plan, result: resultOf(args) }
  },
  finish(outputs) {
    const { backup_file = '' } = readWritten(outputs)
    return { backup_file }
  },
})

type Edit = (text: string) => Pick<Plan, 'changes' | 'steps'>
type Part = Omit<Plan, 'result'>

const PLANS: Readonly<Record<Wanted['state'], (args: Wanted, found: Found, edit: Edit) => Part>> = {
  present: (args, { view }, edit) => edit(withEntry(textOf(view), entryOf(args))),
  absent_from_fstab: ({ path, src }, { view }, edit) => edit(withoutEntry(textOf(view), trimmed(path), src)),
  absent(args, found, edit) {
    const file = edit(withoutEntry(textOf(found.view), trimmed(args.path), args.src))
    if (file.changes.length === 0) return file
    const steps = [
      ...(isMounted(args, found) ? [unmountStep(args)] : []),
      ...(found.exists ? [removeStep(args)] : []),
    ]
    return { changes: file.changes, steps: [...file.steps, ...steps] }
  },
  unmounted(args, found) {
    if (!isMounted(args, found)) return nothing()
    return { changes: [{ what: 'state', before: 'mounted', after: 'unmounted' }], steps: [unmountStep(args)] }
  },
  remounted: (args) => ({
    changes: [{ what: 'state', before: 'mounted', after: 'remounted' }],
    steps: [scriptStep(`remount ${args.path}`, remount(args))],
  }),
  mounted(args, found, edit) {
    const file = edit(withEntry(textOf(found.view), entryOf(args)))
    if (isMounted(args, found)) {
      if (file.changes.length === 0) return file
      return {
        ...file,
        steps: [
          ...file.steps,
          withUndo(args, found, remount({ ...args, opts: optionsOf(args) }), `remount ${args.path}`),
        ],
      }
    }
    const changes: readonly Change[] = [
      ...file.changes,
      { what: 'state', before: 'unmounted', after: 'mounted' },
    ]
    const step = withUndo(args, found, mountScript(args), `mount ${args.path}`)
    return { changes, steps: [...file.steps, ...folderSteps(found), step] }
  },
  ephemeral(args, found) {
    const one = mountedOn(trimmed(args.path), found.mounts)
    if (one === undefined) {
      const step = withUndo(args, found, mountScript(args), `mount ${args.path}`)
      const changes = [{ what: 'state', before: 'unmounted', after: 'mounted' }]
      return { changes, steps: [...folderSteps(found), step] }
    }
    if (!isFrom(args.src ?? '', one, found.mounts)) {
      return {
        ...nothing(),
        failed: `${one.src} is mounted on ${args.path}, not ${args.src}: unmount it first (state: unmounted), or take another path`,
      }
    }
    return {
      changes: [{ what: 'state', before: 'mounted', after: 'remounted' }],
      steps: [scriptStep(`remount ${args.path}`, remount(args))],
    }
  },
}

const isMounted = ({ path }: Wanted, { mounts }: Found) => mountedOn(trimmed(path), mounts) !== undefined

function optionsOf({ opts = 'defaults', boot }: Wanted): string {
  const words = opts.split(',')
  return boot || words.includes('noauto') || words.includes('defaults') ? opts : `${opts},noauto`
}

function entryOf(args: Wanted) {
  const { src = '', path, fstype = '', dump, passno } = args
  return { src, path: trimmed(path), fstype, opts: optionsOf(args), dump, passno }
}

function resultOf(args: Wanted): Readonly<Record<string, unknown>> {
  const { path, src, fstype, dump, passno, fstab = FSTAB, boot, opts, opts_no_log } = args
  const words = (opts ?? 'defaults').split(',')
  const auto = boot || words.includes('noauto')
  return {
    name: path,
    ...(opts_no_log ? {} : { opts: optionsOf(args) }),
    dump,
    passno,
    fstab,
    boot: auto ? 'yes' : 'no',
    backup_file: '',
    ...(src === undefined ? {} : { src }),
    ...(fstype === undefined ? {} : { fstype }),
    ...(!auto && words.includes('defaults')
      ? { warnings: ["boot: false does nothing, since opts has 'defaults': name the options instead"] }
      : {}),
  }
}

function folderSteps({ missing, view }: Found): readonly Step[] {
  return makeFolders(missing, { owner: undefined, group: undefined, mode: undefined }, view.identity)
}

// A line that cannot be mounted would stop the next boot, so that a failure leaves the file as it was.
function withUndo(args: Wanted, { view, missing }: Found, script: Script, label: string): Step {
  const before = view.found === undefined ? undefined : textOf(view)
  const undo = undoEntry(args.fstab ?? FSTAB, before, withEntry(textOf(view), entryOf(args)))
  const folders = [...missing].reverse()
  return scriptStep(
    label,
    lines(
      sh`{ ${script}; } && exit 0; r=$?`,
      args.state === 'mounted' ? undo : undefined,
      folders.length === 0 ? undefined : sh`rmdir -- ${folders} 2>/dev/null`,
      sh`exit $r`,
    ),
  )
}

const scriptStep = (label: string, script: Script): Step => ({ kind: 'script', label, script })
const unmountStep = (args: Wanted) => scriptStep(`umount ${args.path}`, sh`umount ${point(args)}`)
const removeStep = (args: Wanted) => scriptStep(`rmdir ${args.path}`, sh`rmdir -- ${point(args)}`)
