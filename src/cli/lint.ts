import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EXIT, PlaybookError, type PlayscriptError, UsageError } from '../core/errors.ts'
import { formatLocation } from '../core/location.ts'
import { LINT_RULES, lintPlays } from '../playbook/lint.ts'
import { loadPlaybook, rolesPathOf } from '../playbook/load-playbook.ts'
import { findSource, readSource, type Source } from '../playbook/source.ts'
import { validatePlaybook } from '../playbook/validate.ts'
import { surroundingsOf } from './config/expand.ts'
import { loadSettings } from './config/load.ts'
import { errorText } from './error-text.ts'
import type { Io } from './io.ts'

const USAGE = `Usage: playscript lint PLAYBOOK|ROLE …

Checks playbooks and roles, TypeScript or YAML, without any host: first for errors, then for what is allowed and
unwise. Ends with 0 when there is nothing to say, 1 for errors, 2 for findings. Rules:
  ${LINT_RULES.join('\n  ')}
A task with the tag skip_ansible_lint is left alone.
`

/**
 * `playscript lint`: what is wrong or unwise in playbooks and roles, one line each.
 * @throws {UsageError} when there is no such playbook or role
 */
export async function lintCommand(argv: readonly string[], io: Io): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(USAGE)
    return EXIT.ok
  }
  const flag = argv.find((word) => word.startsWith('-'))
  if (flag !== undefined || argv.length === 0)
    throw new UsageError(flag === undefined ? 'say what to look at' : `unknown option ${flag}`, {
      hint: USAGE,
    })
  const { settings } = await loadSettings(surroundingsOf(io))
  let code: number = EXIT.ok
  for (const name of argv) {
    const source = await sourceOf(name, io.cwd)
    const { errors, findings } = await look(source, settings.roles_path)
    if (errors.length > 0) {
      io.err(errorText(new PlaybookError(errors), io.cwd))
      return EXIT.error
    }
    for (const { rule, message, at } of findings) {
      io.out(`${at === undefined ? name : formatLocation(at, io.cwd)}: ${message} (${rule})\n`)
      code = EXIT.failedHosts
    }
  }
  return code
}

async function look(source: Source, path: readonly string[] | undefined) {
  const { plays, problems } = await loadPlaybook(source, { rolesPath: rolesPathOf(source.dir, path) })
  const { createTemplar } = await import('../template/index.ts')
  const errors: readonly PlayscriptError[] =
    problems.list.length > 0
      ? problems.list
      : validatePlaybook(plays, createTemplar({ searchPath: [source.dir] })).list
  return { errors, findings: lintPlays(plays) }
}

// A role is looked at as the only one of a play.
async function sourceOf(name: string, cwd: string): Promise<Source> {
  const folder = [resolve(cwd, name), join(cwd, 'roles', name)].find((path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory(),
  )
  if (folder !== undefined) {
    const value = [{ name: 'lint', hosts: 'all', gather_facts: false, roles: [folder] }]
    return { file: folder, dir: dirname(folder), value, locate: () => ({ file: folder }) }
  }
  const file = findSource(resolve(cwd, name))
  if (file === undefined) throw new UsageError(`there is no playbook or role '${name}'`)
  return readSource(file)
}
