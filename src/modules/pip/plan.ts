import { TaskError } from '../../core/errors.ts'
import type { Change, Finish, Plan, Step, StepOutput } from '../../core/module.ts'
import { lines, quoteAll, Script, sh } from '../../core/quote.ts'
import { shellWords } from '../../core/shell-words.ts'
import { outputFields } from '../commands/outcome.ts'
import { canonicalName, type PipWish } from './parameters.ts'
import { environmentPath, type PipState, pipFunction, pipWords } from './state.ts'

/** Plans what makes the packages as they are wanted. @throws {TaskError} with what pip says against it */
export function planPip(wish: PipWish, state: PipState): Plan {
  const { name, version, requirements, virtualenv, state: wanted } = wish
  const words = pipWords(wish)
  const result = {
    cmd: ['pip', ...words],
    name: name ?? null,
    version: version ?? null,
    state: wanted,
    requirements: requirements ?? null,
    virtualenv: virtualenv === undefined ? null : environmentPath(wish),
    ...outputFields(state.stdout, state.stderr),
  }
  if (state.bare) {
    return {
      changes: [environmentChange(wish), ...wish.names.map(present)],
      steps: [environmentStep(wish), pipStep(wish)],
      result,
    }
  }
  if (wanted === 'absent') return planRemoval(wish, state, result)
  if (state.code !== 0 && !/no such option: --dry-run/.test(state.stderr)) {
    throw new TaskError(`stdout: ${state.stdout}\n:stderr: ${state.stderr}`, { result })
  }
  const old = state.code !== 0
  const rehearsed = /^Would install (.*)$/m.exec(state.stdout)?.[1]?.split(/\s+/) ?? []
  const isThere =
    wish.editable &&
    wanted === 'present' &&
    wish.names.every((path) => state.editable.some((row) => isOf(row, path)))
  if (isThere || (rehearsed.length === 0 && !old)) return { changes: [], steps: [], result }
  const changes = old ? wish.names.map(present) : rehearsed.flatMap((one) => installation(one, wish, state))
  return { changes, steps: [pipStep(wish)], result }
}

function present(name: string): Change {
  return { what: `package ${name}`, before: 'unknown', after: 'present' }
}

// pip joins name and version with a dash, and both may hold dashes; a version begins with a digit.
function installation(text: string, wish: PipWish, { installed }: PipState): Change[] {
  const [, name = text, after = ''] = /^(.+)-(\d[^-]*)$/.exec(text) ?? []
  const before = installed.get(canonicalName(name))
  const again = wish.state === 'forcereinstall' || wish.editable
  return before === after && !again ? [] : [{ what: `package ${name}`, before: before ?? 'absent', after }]
}

/** Whether a row of `pip freeze` is an editable installation of what was asked for. */
function isOf(row: string, name: string): boolean {
  const path = name
    .replace(/^file:\/\//, '')
    .replace(/\[.*\]$/, '')
    .replace(/(?<=.)\/+$/, '')
  return (
    row === path ||
    row.startsWith(`${name.replace(/#.*$/, '')}@`) ||
    row.endsWith(`#egg=${name.split('#egg=')[1]}`)
  )
}

function planRemoval(wish: PipWish, state: PipState, result: Plan['result']): Plan {
  const wanted = wish.requirements === undefined ? wish.names : state.requirements
  const changes = wanted.flatMap((name) => {
    const before = state.installed.get(canonicalName(name))
    return before === undefined ? [] : [{ what: `package ${canonicalName(name)}`, before, after: 'absent' }]
  })
  return { changes, steps: changes.length > 0 ? [pipStep(wish)] : [], result: result ?? {} }
}

function environmentChange(wish: PipWish): Change {
  return { what: 'virtualenv', before: 'absent', after: environmentPath(wish) }
}

function environmentStep(wish: PipWish): Step {
  const [program = '', ...rest] = shellWords(wish.virtualenv_command)
  const words = [
    program,
    ...rest,
    ...(wish.virtualenv_site_packages ? ['--system-site-packages'] : []),
    ...(wish.virtualenv_python === undefined ? [] : [`-p${wish.virtualenv_python}`]),
    environmentPath(wish),
  ]
  const script = lines(
    wish.umask === undefined ? undefined : sh`umask ${wish.umask}`,
    sh`command -v ${program} >/dev/null 2>&1 || { echo ${`there is no ${program} on the host: install it, or set virtualenv_command to python3 -m venv`} >&2; exit 127; }
cd ${wish.chdir ?? '/tmp'} || exit 1`,
    new Script(quoteAll(words)),
  )
  return {
    kind: 'script',
    label: `make the virtual environment ${environmentPath(wish)}`,
    script,
    as: 'environment',
  }
}

function pipStep(wish: PipWish): Step {
  const words = pipWords(wish)
  const script = lines(
    pipFunction(wish),
    sh`[ -n "$p" ] || { echo 'there is no pip in the virtual environment' >&2; exit 127; }`,
    new Script(`pip ${quoteAll(words)}`),
  )
  return { kind: 'script', label: `pip ${words.join(' ')}`, script, as: 'pip' }
}

/** Result fields from what pip said; whether anything changed is what came of it. */
export function finishPip(outputs: Readonly<Record<string, StepOutput>>, plan: Plan): Finish {
  const { pip, environment } = outputs
  if (pip === undefined) return {}
  const fields = outputFields(
    `${environment?.stdout ?? ''}${pip.stdout}`,
    `${environment?.stderr ?? ''}${pip.stderr}`,
  )
  if (environment !== undefined) return { ...fields, changed: true }
  const said = /^\s*Successfully (un)?installed/m.test(pip.stdout)
  // What was there already in the same version may be installed again, from a repository for one: that is no change.
  return { ...fields, changed: said && plan.changes.length > 0 }
}
