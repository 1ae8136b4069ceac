import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { command } from '../../../src/modules/command.ts'
import { ping } from '../../../src/modules/ping.ts'
import { raw } from '../../../src/modules/raw.ts'
import { script } from '../../../src/modules/script.ts'
import { shell } from '../../../src/modules/shell.ts'
import { fakeController } from '../../helpers/module-harness.ts'
import { COMMAND_CASES, PING_CASES, RAW_CASES, SCRIPT_CASES, SHELL_CASES } from '../cases/commands.ts'
import { casesOn, onEveryHost } from './lab-host.ts'

const test = suite('modules for commands, on lab hosts')

const root = mkdtempSync(join(tmpdir(), 'playscript-commands-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'files'))
writeFileSync(join(root, 'files/make.sh'), '#!/bin/sh\nprintf "%s\\n" "$@" >done\n')

await onEveryHost(test, (machine) => {
  const on = casesOn(test, machine)
  on(command, COMMAND_CASES)
  on(shell, SHELL_CASES)
  on(raw, RAW_CASES)
  on(script, SCRIPT_CASES, fakeController({ root }))
  on(ping, PING_CASES)
})

test.run()
