import { type CommandLine, hostSpecs, parseCommandLine, UsageError, usage } from './cli-options.ts'
import { openLab } from './handle.ts'
import { buildKubernetes } from './kubernetes/build.ts'
import { startLab } from './lab.ts'
import { isRunning } from './machine.ts'
import { readerEnvironment } from './reader.ts'
import { runHere } from './run-here.ts'
import { labFolder, labIds, machinesOf, readState, removeLab, removeStaleLabs } from './state.ts'
import type { Lab } from './types.ts'

const say = (line: string) => console.log(line)
const note = (line: string) => console.error(`lab: ${line}`)
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

function labId({ values }: CommandLine): string {
  if (values.id !== undefined) return values.id
  if (process.env.PLAYSCRIPT_LAB) return openLab(process.env.PLAYSCRIPT_LAB).id
  const up = labIds().filter((id) => readState(labFolder(id))?.owner === null)
  const [id] = up
  if (id === undefined) throw new UsageError('no lab is up; start one with: npm run lab up')
  if (up.length > 1) throw new UsageError(`several labs are up; choose with --id: ${up.join(', ')}`)
  return id
}

const chosenLab = (line: CommandLine): Lab => openLab(labFolder(labId(line)))

function describe(id: string): void {
  const state = readState(labFolder(id))
  if (state === undefined) return
  const machines = new Map(machinesOf(state).map((machine) => [machine.name, machine]))
  for (const { name, address, profile, domain = '' } of state.hosts) {
    const machine = machines.get(name)
    const stopped = machine && isRunning(machine) ? '' : 'stopped'
    say(`  ${name.padEnd(12)} ${address.padEnd(12)} ${profile.padEnd(8)} ${domain}${stopped}`)
  }
  say(`  files        ${labFolder(id)}`)
}

const needWords = ({ command, words }: CommandLine): readonly string[] => {
  if (words.length > 0) return words
  throw new UsageError(`${command} needs a command: npm run lab ${command} -- ls`)
}

const labOptions = (line: CommandLine) => ({
  hosts: hostSpecs(line),
  services: line.values['no-services'] !== true,
  kubernetes: line.values.kubernetes === true,
  log: note,
})

/** Command → what it does and the exit code it ends with. */
const commands: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  up: async (line) => {
    const started = performance.now()
    const { id } = await startLab({ ...labOptions(line), owner: 'none' })
    say(`lab ${id} is up (${seconds(started)})`)
    describe(id)
    return 0
  },
  run: async (line) => {
    const words = needWords(line)
    const lab = await startLab(labOptions(line))
    return runHere(lab, words).finally(lab.stop)
  },
  exec: async (line) => runHere(chosenLab(line), needWords(line)),
  shell: async (line) => {
    const lab = chosenLab(line)
    say(
      `A shell inside lab ${lab.id}; $LAB holds what differs here. The tutorial is in docs/tutorial; exit leaves.`,
    )
    return runHere(lab, [process.env.SHELL ?? '/bin/sh', ...line.words], readerEnvironment(lab))
  },
  ssh: async (line) => {
    const lab = chosenLab(line)
    const [host = lab.hosts[0]?.name ?? '', ...words] = line.words
    return runHere(lab, ['ssh', '-F', lab.paths.sshConfig, lab.host(host).name, ...words])
  },
  status: async () => {
    await removeStaleLabs()
    for (const id of labIds()) {
      const owner = readState(labFolder(id))?.owner
      say(`lab ${id}${owner ? ` of process ${owner.pid}` : ''}`)
      describe(id)
    }
    if (labIds().length === 0) say('no lab is up')
    return 0
  },
  reset: async (line) => {
    const lab = chosenLab(line)
    const names = line.words.length > 0 ? line.words : lab.hosts.map(({ name }) => name)
    const started = performance.now()
    await Promise.all(names.map(lab.reset))
    say(`reset ${names.join(', ')} (${seconds(started)})`)
    return 0
  },
  kubernetes: async () => {
    say(await buildKubernetes(note))
    return 0
  },
  'rotate-key': async (line) => {
    const lab = chosenLab(line)
    const host = line.words[0] ?? lab.hosts.find(({ profile }) => profile === 'k8s')?.name ?? ''
    say(await lab.rotateKey(host, { keepOld: line.values['keep-old'] === true }))
    return 0
  },
  down: async (line) => {
    const stale = await removeStaleLabs()
    const ids = line.values.all ? labIds() : stale.length > 0 && labIds().length === 0 ? [] : [labId(line)]
    for (const id of ids) await removeLab(id)
    say(`removed ${[...stale, ...ids].join(', ') || 'nothing'}`)
    return 0
  },
  help: async () => {
    say(usage)
    return 0
  },
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(argv)
    const command = line.values.help ? commands.help : commands[line.command]
    if (command === undefined) throw new UsageError(`no command "${line.command}"\n\n${usage}`)
    return await command(line)
  } catch (error) {
    note(error instanceof Error ? error.message.replace(/^lab: /, '') : String(error))
    return error instanceof UsageError ? 2 : 1
  }
}

process.exitCode = await main(process.argv.slice(2))
