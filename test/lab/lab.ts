import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, createAuthority, subjectHash } from './certificates.ts'
import { pathsIn, writeControllerFiles } from './controller-files.ts'
import { downloadOf, openLab } from './handle.ts'
import { seedHost } from './host-seed.ts'
import { ensureImage } from './image/image.ts'
import { generateHostKey, generateUserKey, type KeyPair } from './keys.ts'
import { buildKubernetes } from './kubernetes/build.ts'
import { boot } from './machine.ts'
import { zone } from './names.ts'
import { addressesOf, createNetns, netnsName } from './namespace.ts'
import { ensurePrerequisites } from './prerequisites.ts'
import { profiles } from './profiles.ts'
import { seedLayer } from './seed.ts'
import { saveAcmeRoot } from './services.ts'
import { buildArchive } from './stand-ins/archive.ts'
import {
  baseOf,
  imageOf,
  type LabState,
  labFolder,
  machinesOf,
  removeLab,
  removeStaleLabs,
  thisProcess,
  writeState,
} from './state.ts'
import type { HostSpec, Lab, LabHost } from './types.ts'

export interface LabOptions {
  readonly hosts?: readonly HostSpec[]
  /** Boot the machine with the ACME CA, its DNS and the downloads. */
  readonly services?: boolean
  /** k8s hosts get the real API server, built when it is not there yet, instead of the stand-in. */
  readonly kubernetes?: boolean
  /** `process`: gone when this process ends. `none`: stays until `npm run lab down`. */
  readonly owner?: 'process' | 'none'
  readonly log?: (line: string) => void
}

export const defaultHosts: readonly HostSpec[] = [
  { name: 'k3s-cluster', profile: 'k8s' },
  { name: 'plain-1', profile: 'plain' },
  { name: 'plain-2', profile: 'plain' },
]

/** The hosts of the lab that tests share: the default ones, and one without Debian's tools. */
export const testHosts: readonly HostSpec[] = [...defaultHosts, { name: 'busybox-1', profile: 'busybox' }]

const firstHostNumber = 11
const servicesNumber = 2

interface NewHost {
  readonly host: LabHost
  readonly key: KeyPair
}

async function newHost(dir: string, spec: Pick<LabHost, 'name' | 'profile'>, n: number): Promise<NewHost> {
  const { address, address6 } = addressesOf(n)
  const key = await generateHostKey(dir, spec.name)
  const domain = spec.profile === 'k8s' ? { domain: `${randomUUID()}.${zone}` } : {}
  return { host: { ...spec, address, address6, hostKey: key.publicKey, ...domain }, key }
}

async function newHosts(dir: string, specs: readonly HostSpec[], services: boolean): Promise<NewHost[]> {
  const names = specs.map(({ name }) => name)
  if (new Set(names).size !== names.length || names.includes('services'))
    throw new Error(`lab: host names must be unique and none may be "services": ${names.join(', ')}`)
  const own = specs.map((spec, index) => newHost(dir, spec, firstHostNumber + index))
  const extra = services ? [newHost(dir, { name: 'services', profile: 'services' }, servicesNumber)] : []
  return Promise.all([...own, ...extra])
}

interface Prepared {
  readonly state: LabState
  readonly hosts: readonly NewHost[]
  readonly authority: Certificate
  readonly userKey: string
}

async function writeSeeds({ state, hosts, authority, userKey }: Prepared): Promise<void> {
  const ca = { certificate: authority.certificate, hash: await subjectHash(authority.certificateFile) }
  const dir = labFolder(state.id)
  for (const { host, key } of hosts) {
    const home = join(dir, 'machines', host.name)
    mkdirSync(home, { recursive: true })
    const image = imageOf(state, host.profile)
    const seed = seedLayer(image, join(home, 'seed'))
    seedHost(seed, { host, hosts: state.hosts, image, hostPrivateKey: key.privateKey, userKey, ca })
    await profiles[host.profile]({ seed, host, home, authority, state })
  }
}

async function bringUp(state: LabState, options: Required<LabOptions>): Promise<LabState> {
  const dir = labFolder(state.id)
  const paths = pathsIn(dir)
  await createNetns(netnsName(state.id))
  const hosts = await newHosts(dir, options.hosts, options.services)
  const [authority, userKey, download] = await Promise.all([
    createAuthority({ dir, name: 'lab-ca', subject: '/CN=playscript lab' }),
    generateUserKey(paths.key),
    options.services ? buildArchive(dir) : null,
  ])
  const full = { ...state, hosts: hosts.map(({ host }) => host), download }
  writeState(full)
  await writeSeeds({ state: full, hosts, authority, userKey: userKey.publicKey })
  writeControllerFiles({ paths, hosts: full.hosts, download: downloadOf(full) })
  await Promise.all(machinesOf(full).map(boot))
  if (options.services) await saveAcmeRoot(openLab(dir))
  const done = { ...full, owner: options.owner === 'none' ? null : full.owner }
  writeState(done)
  return done
}

/** Removes the lab when this process is told to end, then ends it as the signal would have. */
function removeOnSignals(id: string): () => void {
  const end = (signal: NodeJS.Signals) => {
    release()
    removeLab(id).finally(() => process.kill(process.pid, signal))
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const release = () => {
    for (const signal of signals) process.removeListener(signal, end)
  }
  for (const signal of signals) process.on(signal, end)
  return release
}

/**
 * Boots a new lab and returns it ready: every host answers on sshd, with the keys that are already in its files.
 * Throws, with nothing left behind, when a part does not start.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const full = {
    ...({ hosts: defaultHosts, services: true, kubernetes: false, owner: 'process', log: () => {} } as const),
    ...options,
  } as const
  await ensurePrerequisites(full.log)
  const wanted = new Set(full.hosts.map(({ profile }) => baseOf(profile)))
  const image = wanted.has('debian') || full.services ? await ensureImage('debian', full.log) : ''
  const busybox = wanted.has('busybox') ? { busyboxImage: await ensureImage('busybox', full.log) } : {}
  const kubernetes = full.kubernetes ? { kubernetes: await buildKubernetes(full.log) } : {}
  const id = randomBytes(3).toString('hex')
  const state: LabState = {
    id,
    owner: thisProcess(),
    image,
    ...busybox,
    ...kubernetes,
    hosts: [],
    download: null,
  }
  const stale = await removeStaleLabs(() => writeState(state))
  if (stale.length > 0) full.log(`removed what was left of ${stale.join(', ')}`)
  const release = removeOnSignals(id)
  try {
    await bringUp(state, full)
  } catch (error) {
    await removeLab(id)
    release()
    throw error
  }
  if (full.owner === 'none') release()
  const lab = openLab(labFolder(id))
  return {
    ...lab,
    stop: async () => {
      await removeLab(id)
      release()
    },
  }
}
