import type { Certificate } from './certificates.ts'
import type { Seed } from './seed.ts'
import { seedServices } from './services.ts'
import { seedCluster } from './stand-ins/cluster.ts'
import type { LabState } from './state.ts'
import type { LabHost, Profile } from './types.ts'

export interface ProfileInput {
  readonly seed: Seed
  readonly host: LabHost
  /** The machine's folder in the lab's, for files that only the controller keeps. */
  readonly home: string
  readonly authority: Certificate
  readonly state: LabState
}

/** What a host has before its first boot beyond what every host has. */
export const profiles: Readonly<Record<Profile, (input: ProfileInput) => Promise<void>>> = {
  plain: async () => {},
  busybox: async () => {},
  k8s: seedCluster,
  services: seedServices,
}
