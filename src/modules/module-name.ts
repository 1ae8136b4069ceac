/** The collections that modules come from in Ansible, each with those of its modules that may be here. */
const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  'amazon.aws': ['iam_role', 'iam_role_info'],
  'ansible.posix': ['acl', 'authorized_key', 'mount', 'seboolean', 'selinux', 'synchronize', 'sysctl'],
  'community.crypto': ['openssh_keypair'],
  'community.general': [
    'alternatives',
    'apk',
    'archive',
    'capabilities',
    'ini_file',
    'locale_gen',
    'modprobe',
    'pacman',
    'pam_limits',
    'pamd',
    'sefcontext',
    'snap',
    'timezone',
    'ufw',
    'xml',
    'zypper',
  ],
  'cloud.terraform': ['terraform_output'],
  'community.aws': ['iam_role', 'iam_role_info'],
  'kubernetes.core': ['k8s', 'k8s_info', 'k8s_log'],
  'linuxhq.aws': ['iam_oidc_provider'],
}

/**
 * The name of a module without its collection: `sysctl` for `ansible.posix.sysctl`. A name of a collection that has
 * no such module stays as it is, so that it is nobody's.
 */
export function shortModuleName(name: string): string {
  const [, collection = '', short = ''] = /^(\w+\.\w+)\.(\w+)$/.exec(name) ?? []
  if (collection === 'ansible.builtin' || collection === 'ansible.legacy') return short
  return COLLECTIONS[collection]?.includes(short) ? short : name
}

// Ansible's action groups: modules that take the same parameters, so that `module_defaults` can give them to all.
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  aws: ['iam_oidc_provider', 'iam_role', 'iam_role_info'],
  k8s: ['k8s', 'k8s_info', 'k8s_log'],
}

/** The modules that a key of `module_defaults` is for: one, or those of a group as in `group/aws`. */
export function modulesOfDefaults(key: string): readonly string[] {
  const [, group] = /^group\/(?:\w+\.\w+\.)?(\w+)$/.exec(key) ?? []
  if (group !== undefined) return GROUPS[group] ?? []
  const name = shortModuleName(key)
  return name === 'gather_facts' ? ['setup'] : [name]
}
