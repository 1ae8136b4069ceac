import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Lab } from '../test/lab/index.ts'
import { must } from '../test/lab/run.ts'

/** Folders in which each contender finds the same work, written in its own words. */
export interface Project {
  readonly dir: string
  readonly playscript: string
  readonly ansible: string
  readonly pyinfra: string
  readonly inventory: string
  readonly variables: string
}

const here = new URL('.', import.meta.url).pathname
/** As many as the hosts that are measured, for all alike. */
export const FORKS = 10
const TASKS = 50

/** Writes the folders for the hosts of a lab. */
export async function makeProject(lab: Lab): Promise<Project> {
  const dir = mkdtempSync(join(tmpdir(), 'pb-'))
  const at = (name: string) => join(dir, name)
  const project = {
    ...{ dir, playscript: at('playscript'), ansible: at('ansible'), pyinfra: at('pyinfra') },
    ...{ inventory: at('inventory.yml'), variables: at('variables.yml') },
  }
  writeInventory(lab, project)
  await writePlayscript(project.playscript)
  cpSync(join(here, 'ansible'), project.ansible, { recursive: true })
  cpSync('templates', join(project.ansible, 'roles/k8s/templates'), { recursive: true })
  writeAnsible(project)
  cpSync(join(here, 'pyinfra'), project.pyinfra, { recursive: true })
  mkdirSync(join(project.pyinfra, 'templates'))
  for (const name of readdirSync('templates')) {
    // pyinfra leaves the line break after a block; the others take it (Jinja's trim_blocks).
    const text = readFileSync(join('templates', name), 'utf8').replaceAll('%}\n', '%}')
    writeFileSync(join(project.pyinfra, 'templates', name), text)
  }
  writePyinfra(lab, project)
  return project
}

const domains = (lab: Lab) => lab.hosts.filter(({ profile }) => profile === 'k8s')

function common(lab: Lab): Record<string, unknown> {
  const { domain_name: _, ...variables } = parse(readFileSync(lab.paths.vars, 'utf8'))
  return variables
}

function writeInventory(lab: Lab, { inventory, variables }: Project): void {
  const hosts = domains(lab).map(({ name, address, hostKey, domain }) => [
    name,
    {
      ...{ ansible_host: address, ansible_user: 'k8s', ansible_ssh_private_key_file: lab.paths.key },
      ...{ ansible_ssh_host_key_ed25519_public: hostKey, domain_name: domain },
    },
  ])
  const vars = {
    ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.paths.knownHosts}`,
    ansible_python_interpreter: '/usr/bin/python3',
  }
  writeFileSync(inventory, stringify({ k8s: { hosts: Object.fromEntries(hosts), vars } }))
  writeFileSync(variables, stringify(common(lab)))
}

/** A folder with our playbooks and the package as it is published: compiled, in node_modules. */
export async function writePlayscript(dir: string): Promise<void> {
  await must(['sh', '.ci/build'])
  const modules = join(dir, 'node_modules')
  mkdirSync(modules, { recursive: true })
  for (const name of readdirSync('node_modules'))
    if (!name.startsWith('.')) symlinkSync(resolve('node_modules', name), join(modules, name))
  cpSync('dist', join(modules, 'playscript'), { recursive: true })
  for (const name of ['playbook.ts', 'roles', 'templates', 'vars'])
    cpSync(name, join(dir, name), { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}\n')
  const tasks = Array.from({ length: TASKS }, (_, n) => [
    `  { file: { path: '/root/bench/${n}', state: 'directory' } },`,
    `  { copy: { content: '${n}\\n', dest: '/root/bench/${n}/file' } },`,
  ]).flat()
  writeFileSync(join(dir, 'micro.ts'), playbookOf("name: 'Micro', become: true", tasks))
  writeFileSync(join(dir, 'connect.ts'), playbookOf("name: 'Connect'", ["{ raw: 'true' }"]))
}

const playbookOf = (play: string, tasks: readonly string[]): string =>
  `import { playbook } from 'playscript'
export default playbook(import.meta, [{ ${play}, hosts: 'k8s', gather_facts: false, tasks: [
${tasks.join('\n')}
] }])
`

function writeAnsible({ ansible }: Project): void {
  const micro = Array.from({ length: TASKS }, (_, n) => [
    { file: { path: `/root/bench/${n}`, state: 'directory' } },
    { copy: { content: `${n}\n`, dest: `/root/bench/${n}/file` } },
  ]).flat()
  const play = (name: string, rest: object) =>
    writeFileSync(
      join(ansible, `${name}.yml`),
      stringify([{ hosts: 'k8s', gather_facts: false, ...rest }], { aliasDuplicateObjects: false }),
    )
  play('micro', { become: true, tasks: micro })
  play('connect', { tasks: [{ raw: 'true' }] })
  const settings = (name: string, defaults: string, ssh = '') =>
    writeFileSync(
      join(ansible, `${name}.cfg`),
      `[defaults]\nforks = ${FORKS}\nretry_files_enabled = false\nnocows = true\n${defaults}\n[ssh_connection]\n${ssh}\n`,
    )
  settings('ansible', '')
  settings('pipelining', '', 'pipelining = true')
  settings('mitogen', 'strategy = mitogen_linear', 'pipelining = true')
}

function writePyinfra(lab: Lab, { pyinfra }: Project): void {
  const python = (value: unknown) => JSON.stringify(value)
  const shared = { ssh_user: 'k8s', ssh_key: lab.paths.key, ssh_known_hosts_file: lab.paths.knownHosts }
  const hosts = domains(lab).map(
    ({ name, address, domain }) =>
      `    (${python(name)}, ${python({ ...common(lab), ...shared, ssh_hostname: address, domain_name: domain })}),`,
  )
  writeFileSync(join(pyinfra, 'inventory.py'), `k8s = [\n${hosts.join('\n')}\n]\n`)
}
