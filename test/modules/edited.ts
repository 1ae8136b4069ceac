import * as assert from 'uvu/assert'
import type { ArgumentSpecs } from '../../src/core/arguments.ts'
import type { Module } from '../../src/core/module.ts'
import { sha1 } from '../../src/modules/shared/content.ts'
import type { DestView } from '../../src/modules/shared/dest.ts'
import { planOf } from '../helpers/module-harness.ts'
import { IDENTITY, pathState } from './states.ts'

/** A file at `/f` with that text, each character a byte. */
export function fileView(text: string): DestView {
  const before = Buffer.from(text, 'latin1')
  const found = pathState({ checksum: sha1(before), size: before.length })
  return {
    identity: IDENTITY,
    path: '/f',
    found,
    behind: undefined,
    realPath: '/f',
    hasParent: true,
    missing: [],
    before,
  }
}

/** The text that a module which edits a file makes of another. */
export function edited<S extends ArgumentSpecs, Local, F extends string, O extends boolean>(
  module: Module<S, DestView, Local, F, O>,
  text: string,
  args: Readonly<Record<string, unknown>>,
): string {
  const plan = planOf(module, { path: '/f', ...args }, fileView(text))
  assert.is(plan.changes.length > 0, plan.steps.length > 0)
  const [step] = plan.steps
  return step?.kind === 'write' && Buffer.isBuffer(step.content) ? step.content.toString('latin1') : text
}
