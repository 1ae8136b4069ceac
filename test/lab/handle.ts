import { pathsIn } from './controller-files.ts'
import { diskListing } from './disk-listing.ts'
import { operatorPassword } from './image/image.ts'
import { boot, type Machine, pullThePlug, runInside } from './machine.ts'
import { acmeDirectory, awsEndpoint, downloadsUrl } from './names.ts'
import { insideLab, netnsName } from './namespace.ts'
import { run } from './run.ts'
import { saveAcmeRoot } from './services.ts'
import { rotateKey } from './stand-ins/cluster.ts'
import { type LabState, machinesOf, readState } from './state.ts'
import { treeHash } from './tree-hash.ts'
import type { Download, Lab } from './types.ts'

/** Where hosts can download the static-web-server stand-in. */
export function downloadOf({ download }: LabState): Download | undefined {
  if (download === null) return undefined
  const { sha256, file } = download
  return { sha256, url: `${downloadsUrl}/${file}`, sumsUrl: `${downloadsUrl}/SHA256SUMS` }
}

const noDownload: Download = { url: '', sha256: '', sumsUrl: '' }

/** The running lab whose files are in `dir`, as a caller sees it that did not start it. */
export function openLab(dir: string): Lab {
  const state = readState(dir)
  if (state === undefined)
    throw new Error(`lab: ${dir} holds no lab; start one with npm run lab up and use its folder`)
  const netns = netnsName(state.id)
  const machines = new Map(machinesOf(state).map((machine) => [machine.name, machine]))
  const known = <T>(found: T | undefined, name: string): T => {
    if (found !== undefined) return found
    throw new Error(`lab: no host "${name}" in lab ${state.id}; it has ${[...machines.keys()].join(', ')}`)
  }
  const machine = (name: string): Machine => known(machines.get(name), name)
  const command = (argv: readonly string[]) => insideLab(netns, dir, argv)
  const lab: Lab = {
    id: state.id,
    netns,
    hosts: state.hosts.filter(({ profile }) => profile !== 'services'),
    services: state.hosts.find(({ profile }) => profile === 'services'),
    paths: pathsIn(dir),
    operatorPassword,
    acmeDirectory,
    awsEndpoint,
    download: downloadOf(state) ?? noDownload,
    host: (name) =>
      known(
        state.hosts.find((host) => host.name === name),
        name,
      ),
    sh: (host, script) => runInside(machine(host), script),
    command,
    exec: (argv, options = {}) =>
      run(command(argv), { ...options, env: { ...options.env, PLAYSCRIPT_LAB: dir } }),
    treeHash: (host, paths) => treeHash(machine(host), paths),
    diskListing: (host) => diskListing(machine(host)),
    reset: async (host) => {
      await pullThePlug(machine(host))
      await boot(machine(host))
      if (host === lab.services?.name) await saveAcmeRoot(lab)
    },
    rotateKey: (host, options) => rotateKey(machine(host), options),
    stop: async () => {},
  }
  return lab
}
