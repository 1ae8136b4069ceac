import type { Finish, ScriptStep, StepOutput } from '../../core/module.ts'
import { lines } from '../../core/quote.ts'
import { statusFields } from './attributes.ts'
import { fieldReader, look, lookFunctions, readPath } from './path-state.ts'

const NAME = 'status'

/** A last step that looks at the file again, in the same round trip: so that the result tells what is, not what was planned. */
export function statusStep(path: string, options: { readonly checksum?: string } = {}): ScriptStep {
  const script = lines(lookFunctions('other'), look(path, options))
  return { kind: 'script', label: `look at ${path}`, script, as: NAME }
}

/** The result fields from a `statusStep`'s output; none when there was no such step. */
export function readStatus(outputs: Readonly<Record<string, StepOutput>>): Finish {
  const output = outputs[NAME]
  if (output === undefined) return {}
  const state = readPath(fieldReader(Buffer.from(output.stdout)))
  if (state === undefined) return { state: 'absent' }
  return { ...statusFields(state), ...(state.checksum !== undefined && { checksum: state.checksum }) }
}
