import type { ArgumentSpecs } from '../../core/arguments.ts'
import { TaskError } from '../../core/errors.ts'
import type { Context, ProbeOutput } from '../../core/module.ts'
import type { Script } from '../../core/quote.ts'
import type { Target } from '../../core/remote.ts'
import { ATTRIBUTE_ARGS, type Attributes } from './attributes.ts'
import { type DestRequest, type DestView, destProbe, readDest } from './dest.ts'
import { throughLink } from './follow.ts'

/** The parameters of every module that edits a text file of the user's choice. */
export const EDIT_ARGS = {
  path: { type: 'path', required: true, aliases: ['dest', 'destfile', 'name'], doc: 'The file to change' },
  backup: { type: 'bool', default: false, doc: 'Keep the old file under a dated name' },
  validate: { type: 'str', doc: 'A command that judges the new file (%s) before it takes its place' },
  ...ATTRIBUTE_ARGS,
} as const satisfies ArgumentSpecs

type Edited = Pick<Attributes, 'owner' | 'group'> & { readonly path: string }

/** The probe of such a module: the file, all of it. */
export function editedProbe(args: Edited, { target }: Pick<Context<unknown>, 'target'>): Script {
  return destProbe(request(args, target))
}

/** Reads what `editedProbe` printed. */
export function readEdited(
  { bytes }: Pick<ProbeOutput, 'bytes'>,
  args: Edited,
  { target }: Pick<Context<unknown>, 'target'>,
): DestView {
  return readDest(bytes, request(args, target))
}

/**
 * The file to edit, behind a symbolic link.
 * @throws {TaskError} when it is a folder, and whatever `throughLink` throws
 */
export function fileToEdit(view: DestView, path: string, target: Target): ReturnType<typeof throughLink> {
  const file = throughLink(view, path, target)
  if (file.found?.type === 'directory') {
    throw new TaskError(`Path ${path} is a directory !`, { result: { rc: 256 } })
  }
  return file
}

function request({ path, owner, group }: Edited, { userland }: Target): DestRequest {
  return { dest: path, owner, group, content: 'all', userland, name: undefined }
}
