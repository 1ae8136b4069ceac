import { digestCommand } from '../../core/digest.ts'
import { ArgumentError } from '../../core/errors.ts'
import type { Expectation } from '../../core/expectation.ts'
import type { Change, Content, Finish, Step, StepOutput, WriteStep } from '../../core/module.ts'
import { quote } from '../../core/quote.ts'
import { type Attributes, type Identity, newPath, planAttributes, statusFields } from './attributes.ts'
import { contentChange, type KnownContent } from './content.ts'
import { chmodMode, formatMode } from './file-mode.ts'
import { hostPath, type PathState } from './path-state.ts'
import { readStatus, statusStep } from './status-step.ts'
import { validateCommand } from './validate-command.ts'

/** The content a file is to have. */
export interface WantedContent extends KnownContent {
  readonly content: Content
  /** Shell text that judges the new file (%s) before it takes its place, as a write step's `validate`. */
  readonly verify?: string | undefined
}

export interface FileWish extends Attributes {
  readonly path: string
  readonly backup?: boolean | undefined
  readonly validate?: string | undefined
  readonly diff: boolean
  /** Look at the file again after writing, so that the result tells what is. */
  readonly report?: boolean
}

export interface FilePlan {
  readonly changes: readonly Change[]
  readonly steps: readonly Step[]
  /** mode, owner, group, uid, gid, size, state and checksum. */
  readonly fields: Readonly<Record<string, unknown>>
}

const WRITE = 'write'

/**
 * Gives a file its content, owner, group and mode. Content is compared by checksum.
 * @param found the file as it is; a symbolic link is replaced, so give what is behind it if it is to be followed
 * @throws {ArgumentError} when `validate` holds no `%s`
 */
export function planFile(
  wish: FileWish,
  wanted: WantedContent,
  found: PathState | undefined,
  context: {
    readonly identity: Identity
    readonly before?: Buffer | undefined
    /** What the new content was made from, so that nothing else may be replaced. */
    readonly expects?: Expectation | undefined
  },
): FilePlan {
  const { identity } = context
  const { path } = wish
  const validate = wish.validate === undefined ? undefined : validateCommand(wish.validate)
  const isFile = found !== undefined && found.type !== 'link'
  const base = isFile ? found : newPath('file', identity)
  const attributes = planAttributes(path, wish, base, identity)
  const fields = { ...attributes.fields, size: wanted.size, state: 'file', checksum: wanted.checksum }
  if (isFile && found.checksum !== undefined && found.checksum === wanted.checksum) {
    const again = attributes.steps.length > 0 && wish.report ? [statusStep(path, { checksum: 'sha1' })] : []
    return {
      changes: attributes.changes,
      steps: [...attributes.steps, ...again],
      fields: { ...statusFields(found), ...fields, size: found.size },
    }
  }
  const old = isFile ? { bytes: context.before, checksum: found.checksum, size: found.size } : undefined
  const write: WriteStep = {
    kind: 'write',
    label: `write ${path}`,
    path: hostPath(path),
    content: wanted.content,
    owner: attributes.owner,
    group: attributes.group,
    mode: attributes.mode ?? (isFile ? chmodMode(found.mode) : undefined),
    replaces: isFile ? found.uid : identity.uid,
    backup: wish.backup,
    validate: joinChecks(verification(wanted), wanted.verify, validate),
    expects: context.expects,
    ...(wish.report && { as: WRITE }),
  }
  return {
    changes: [
      ...(found === undefined ? [{ what: 'state', before: 'absent', after: 'file' }] : []),
      ...(found?.type === 'link' ? [{ what: 'state', before: 'link', after: 'file' }] : []),
      contentChange(path, old, wanted, { diff: wish.diff }),
      ...attributes.changes.filter(() => isFile),
    ],
    steps: [write, ...(wish.report ? [statusStep(path, { checksum: 'sha1' })] : [])],
    fields,
  }
}

// What is read while it is sent may change meanwhile, so the new file is judged by the checksum that was planned with.
function verification({ content, checksum }: WantedContent): string | undefined {
  if (typeof content === 'string' || Buffer.isBuffer(content) || checksum === undefined) return undefined
  if (!/^[0-9a-f]{40}$/.test(checksum)) throw new ArgumentError(`'${checksum}' is no SHA-1 in hexadecimal`)
  return sumCheck('sha1', checksum, 'the source changed while it was copied')
}

/**
 * Shell text for a write step's `validate`: the new file must have this checksum.
 * @param problem what is wrong when it has another; goes to stderr
 */
export function sumCheck(algorithm: string, sum: string, problem: string): string {
  return `s=$( { ${digestCommand(algorithm)}; } <%s) || exit 1
case $s in ${quote(sum)}*) ;; *) echo ${quote(problem)} >&2; exit 1 ;; esac`
}

function joinChecks(...checks: (string | undefined)[]): string | undefined {
  const all = checks.filter((check) => check !== undefined)
  return all.length === 0 ? undefined : `{ ${all.join('\n')}\n}`
}

/** The result fields of a `planFile` with `report`: the file as it is now, and the backup's name. */
export function readWritten(outputs: Readonly<Record<string, StepOutput>>): Finish {
  const backup = outputs[WRITE]?.stdout ?? ''
  return { ...readStatus(outputs), ...(backup !== '' && { backup_file: backup }) }
}

/** The mode of a source for `mode: preserve`; any other mode as it is. */
export function preserveMode(
  mode: string | number | undefined,
  source: number | undefined,
): string | number | undefined {
  return mode === 'preserve' && source !== undefined ? formatMode(source) : mode
}
