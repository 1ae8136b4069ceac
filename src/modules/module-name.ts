/** The collections that modules come from in Ansible, each with those of its modules that may be here. */
const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  'amazon.aws': ['iam_role', 'iam_role_info'],
  'ansible.posix': ['acl', 'authorized_key', 'mount', 'seboolean', 'selinux', 'synchronize', 'sysctl'],
  'community.general': [
    'alternatives',
    'apk',
    'archive',
    'capabilities',
    'ini_file',
    'locale_gen',
    'modprobe',
    'pacman',
    'pamd',
    'sefcontext',
    'snap',
    'timezone',
    'ufw',
    'xml',
    'zypper',
  ],
  'kubernetes.core': ['k8s', 'k8s_info', 'k8s_log'],
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
