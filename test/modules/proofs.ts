/** What is to be proven of a module. */
export const PROOFS = ['plan', 'debian', 'busybox', 'ansible'] as const
export type Proof = (typeof PROOFS)[number]

/** The modules that roles cannot do without. */
export const MODULES: readonly string[] = [
  ...['command', 'shell', 'raw', 'script', 'copy', 'template', 'file', 'stat', 'lineinfile', 'blockinfile'],
  ...['replace', 'get_url', 'unarchive', 'fetch', 'slurp', 'find', 'tempfile', 'assemble', 'user', 'group'],
  ...['authorized_key', 'systemd', 'service', 'apt', 'apt_key', 'apt_repository', 'deb822_repository'],
  ...['package', 'pip', 'cron', 'hostname', 'mount', 'sysctl', 'git', 'uri', 'wait_for'],
  ...['wait_for_connection', 'reboot', 'setup', 'ping', 'debug', 'assert', 'fail', 'set_fact', 'set_stats'],
  ...['include_vars', 'add_host', 'group_by', 'pause', 'service_facts', 'package_facts', 'getent'],
  ...['known_hosts', 'k8s', 'iam_oidc_provider', 'iam_role', 'tofu_output'],
]

/** What cannot be proven, or is proven otherwise, and why. An exception that is not needed any more fails. */
export const EXCEPTIONS: readonly {
  readonly modules: readonly string[]
  readonly proofs: readonly Proof[]
  readonly why: string
}[] = [
  {
    modules: ['setup'],
    proofs: ['plan'],
    why: 'its plan is what was read, and the reading has its tables',
  },
  {
    modules: ['apt', 'apt_key', 'apt_repository', 'deb822_repository', 'package', 'package_facts'],
    proofs: ['busybox'],
    why: 'they work with apt; lab/busybox.test.ts has what they say without it',
  },
  {
    modules: ['systemd', 'service', 'git', 'pip'],
    proofs: ['busybox'],
    why: 'they work with systemd, git and pip; lab/busybox.test.ts has what they say without these',
  },
  {
    modules: ['debug', 'assert', 'fail', 'set_fact', 'include_vars', 'iam_oidc_provider', 'iam_role'],
    proofs: ['busybox'],
    why: 'they run on the controller, so it is one whatever the host has',
  },
  {
    modules: ['set_stats', 'add_host', 'group_by', 'pause', 'tofu_output'],
    proofs: ['debian', 'busybox'],
    why: 'they run on the controller, and change and read no host',
  },
  {
    modules: ['k8s'],
    proofs: ['busybox'],
    why: 'it works with kubectl on the host, which hosts with busybox lack',
  },
  {
    modules: ['iam_oidc_provider'],
    proofs: ['ansible'],
    why: 'neither ansible-core nor the collections of Ansible 7 have it; moto and a double that is as strict as AWS stand in',
  },
  { modules: ['tofu_output'], proofs: ['ansible'], why: 'Ansible has no such module' },
]
