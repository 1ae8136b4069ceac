export { playbook } from './cli/entry.ts'
export type { Args, ArgumentSpec, ArgumentSpecs } from './core/arguments.ts'
export {
  ArgumentError,
  BecomeError,
  MissingError,
  PlaybookError,
  PlayscriptError,
  TaskError,
  TemplateError,
  UnreachableError,
  UsageError,
} from './core/errors.ts'
export type { Emit, RunEvent } from './core/events.ts'
export {
  type Change,
  type Context,
  type Controller,
  defineModule,
  type Module,
  nothing,
  type Plan,
  run,
  type Step,
} from './core/module.ts'
export { lines, quote, Script, sh } from './core/quote.ts'
export type { Fields, HostSummary, TaskResult } from './core/result.ts'
export type { ModuleRegistry } from './modules/index.ts'
export {
  defaults,
  handlers,
  type MagicVariables,
  type Play,
  type PlaybookEntry,
  type RoleEntry,
  type Task,
  type TaskVariables,
  tasks,
} from './playbook/types.ts'
