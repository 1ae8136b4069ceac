import { chownWord } from '../../../core/chown.ts'
import type { Change, Plan, Step } from '../../../core/module.ts'
import { PLACE } from '../../../core/place.ts'
import { lines, type Script, sh } from '../../../core/quote.ts'
import { type Attributes, newPath, planAttributes } from '../attributes.ts'
import { chmodMode, resolveMode } from '../file-mode.ts'
import { hostPath } from '../path-state.ts'
import type { FileView } from './look-at.ts'

/**
 * Steps that make folders, outermost first, each closed to others until its owner and mode are right. As in Ansible
 * every folder that is made gets the attributes, not only the last.
 */
export function makeFolders(
  paths: readonly string[],
  wanted: Attributes,
  identity: FileView['identity'],
): readonly Step[] {
  const fresh = newPath('directory', identity)
  const base = { mode: fresh.mode, directory: true, umask: identity.umask }
  const mode = wanted.mode === undefined ? undefined : chmodMode(resolveMode(wanted.mode, base))
  const owner = chownWord(wanted.owner, wanted.group)
  return paths.map((path) => ({
    kind: 'script',
    label: `make the folder ${path}`,
    // Without a wanted mode the default one applies, with whatever the parent's set-group-id bit adds.
    script: lines(PLACE, sh`place_beside ${hostPath(path)}; place_folder ${owner} ${mode ?? ''}`),
  }))
}

/** Changes and steps for a folder that is not there: it, and those above it that are missing. */
export function planNewFolder(
  path: string,
  wanted: Attributes,
  view: Pick<FileView, 'identity' | 'missing'>,
): Plan {
  const planned = planAttributes(path, wanted, newPath('directory', view.identity), view.identity)
  const folders = view.missing.length > 0 ? view.missing : [hostPath(path)]
  return {
    changes: [
      ...folders.map((folder) => ({
        what: folder === hostPath(path) ? 'state' : `state of ${folder}`,
        before: 'absent',
        after: 'directory',
      })),
      ...planned.changes,
    ],
    steps: makeFolders(folders, wanted, view.identity),
    result: { path, ...planned.fields, size: 4096, state: 'directory' },
  }
}

/**
 * Gives everything below a folder, and the folder, its owner, group and mode; and what symbolic links in it lead to,
 * where the view followed them. Links that another user may have put there are followed only on demand.
 */
export function planTree(
  path: string,
  wanted: Attributes & { readonly follow?: boolean | undefined },
  view: FileView,
): Plan {
  const { uid } = view.identity
  const ours = view.entries.every(({ state }) => isOurs(state, uid))
  const follow = view.linked.length > 0 && (wanted.follow === true || ours)
  const changes = [
    ...treeChanges(view.entries, wanted, view),
    ...(follow ? treeChanges(view.linked, wanted, view) : []),
  ]
  const touches = (word: string) => changes.some(({ what }) => what.startsWith(`${word} of `))
  const enter = lines(PLACE, sh`place_enter ${hostPath(path)}`)
  const steps: Step[] = []
  const owner = chownWord(wanted.owner, wanted.group)
  if (touches('owner') || touches('group')) {
    const script = sh`chown -h -R -P -- ${owner} .`
    const all = follow ? sh`${script} && ${behindLinks(sh`chown -- ${owner}`)}` : script
    steps.push({ kind: 'script', label: `chown -R ${owner} ${path}`, script: lines(enter, all) })
  }
  if (wanted.mode !== undefined && (steps.length > 0 || touches('mode'))) {
    const mode = /^[0-7]+$/.test(String(wanted.mode))
      ? chmodMode(Number.parseInt(String(wanted.mode), 8))
      : String(wanted.mode)
    const script = follow ? behindLinks(sh`chmod -- ${mode}`) : sh`chmod -R -- ${mode} .`
    steps.push({ kind: 'script', label: `chmod -R ${mode} ${path}`, script: lines(enter, script) })
  }
  return { changes, steps }
}

// Whether nobody but us and root can change what it holds.
function isOurs({ type, uid, mode }: FileView['entries'][number]['state'], ownUid: number): boolean {
  return (uid === 0 || uid === ownUid) && (type === 'link' || (mode & 0o022) === 0)
}

// Everything that can be reached from the folder; find complains of links in a circle, which are no failure.
function behindLinks(command: Script): Script {
  return sh`{ e=$(LC_ALL=C find -L . ! -type l -exec ${command} {} + 2>&1) || {
e=$(printf '%s\n' "$e" | grep -v -e 'ile system loop' -e 'levels of symbolic links'); [ -z "$e" ] || { printf '%s\n' "$e" >&2; exit 1; }; }; }`
}

function treeChanges(
  entries: FileView['entries'],
  wanted: Attributes,
  { identity }: FileView,
): readonly Change[] {
  return entries.flatMap(({ path, state }) => {
    const found = { ...newPath('file', identity), ...state }
    const { changes } = planAttributes(path, wanted, found, identity)
    return changes.map((change) => ({ ...change, what: `${change.what} of ${path}` }))
  })
}
