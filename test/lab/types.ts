/**
 * What a machine is prepared for: a bare Debian, the state that the post's cloud-init leaves, a system that has
 * busybox, sshd and sudo and nothing else, or the lab's own services.
 */
export type Profile = 'plain' | 'k8s' | 'busybox' | 'services'

/** The image that a machine's disk starts from. */
export type Base = 'debian' | 'busybox'

/** A machine to boot. */
export interface HostSpec {
  readonly name: string
  readonly profile: Exclude<Profile, 'services'>
}

/** A booted machine, as the controller needs to know it. */
export interface LabHost {
  readonly name: string
  readonly profile: Profile
  /** IPv4 address inside the lab's network namespace. */
  readonly address: string
  readonly address6: string
  /** Public host key, `ssh-ed25519 AAAA…`, made before the first boot. */
  readonly hostKey: string
  /** The DNS name that the lab's ACME CA resolves to this host (profile `k8s` only). */
  readonly domain?: string
}

/** Files that a lab leaves for the controller. */
export interface LabPaths {
  readonly dir: string
  /** Private key of root, k8s and operator on every host, mode 0600. */
  readonly key: string
  readonly knownHosts: string
  readonly sshConfig: string
  /** Ansible YAML inventory: group `k8s`, group `plain`. */
  readonly inventory: string
  /** The text of `tofu output -json` for the first `k8s` host. */
  readonly tofuOutputs: string
  /** Extra variables (YAML) for a playbook run against the lab, fit for `-e @file`. */
  readonly vars: string
  /** Certificate of the lab's own CA, trusted on every host; it signs Pebble's own TLS. */
  readonly caFile: string
  /** Root that signs what Pebble issues: verify a host's HTTPS with this. */
  readonly acmeRoot: string
}

/** What a finished command gave. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ExecOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** The archive behind the static-web-server stand-in. */
export interface Download {
  readonly url: string
  readonly sha256: string
  readonly sumsUrl: string
}

/** A running lab. All functions work from inside and from outside its network namespace, as root. */
export interface Lab {
  readonly id: string
  readonly netns: string
  readonly hosts: readonly LabHost[]
  readonly services: LabHost | undefined
  readonly paths: LabPaths
  /** The user that needs this password for sudo is `operator`; `k8s` needs none, `root` logs in by key. */
  readonly operatorPassword: string
  readonly acmeDirectory: string
  /** moto's IAM and STS, for any access key; POST /moto-api/reset clears it. It starts a second after the lab. */
  readonly awsEndpoint: string
  readonly download: Download
  /** The host of that name; throws when the lab has none. */
  readonly host: (name: string) => LabHost
  /** Runs a POSIX sh script as root inside the machine, past sshd. Never throws on a failing script. */
  readonly sh: (host: string, script: string) => Promise<Outcome>
  /** Runs a command of this machine inside the lab's network, with the lab's names. Never throws on a failing command. */
  readonly exec: (argv: readonly string[], options?: ExecOptions) => Promise<Outcome>
  /** The argument list that `exec` would run, for whoever starts processes itself. */
  readonly command: (argv: readonly string[]) => string[]
  /** sha256 over names, types, modes, owners, mtimes, link targets and contents, volatile folders left out. */
  readonly treeHash: (host: string, paths?: readonly string[]) => Promise<string>
  /** All that the host's disk has beyond its image, a line for each file: what `treeHash` says without reading it all. */
  readonly diskListing: (host: string) => readonly string[]
  /** Throws the machine's disk away and boots it again from the base, with the same keys and address. */
  readonly reset: (host: string) => Promise<void>
  /** New service account key for the cluster API stand-in; `keepOld` publishes both, as a rotation does. */
  readonly rotateKey: (host: string, options?: { readonly keepOld?: boolean }) => Promise<string>
  /** Stops every machine cleanly and removes everything; nothing when the lab belongs to another process. */
  readonly stop: () => Promise<void>
}
