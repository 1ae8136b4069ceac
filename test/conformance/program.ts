/** The program that a recording is made with. */
export interface Program {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/**
 * The ansible-playbook of the machine, or for a playbook that asks for a later core the one whose sources' folder lib is
 * named by ANSIBLE_CORE_2_18, or the like.
 */
export function programFor(core: string | undefined): Program {
  if (core === undefined) return { argv: ['ansible-playbook'], env: {} }
  const name = `ANSIBLE_CORE_${core.replace('.', '_')}`
  const lib = process.env[name]
  if (lib === undefined) throw new Error(`${name} must name the folder lib of ansible-core ${core}`)
  return { argv: ['/usr/bin/python3', '-m', 'ansible', 'playbook'], env: { PYTHONPATH: lib } }
}

/** The core that a playbook asks for: `# recorded with: ansible-core 2.18 …`. */
export function coreFor(text: string): string | undefined {
  return /^# recorded with: ansible-core (\d+\.\d+)/m.exec(text)?.[1]
}
