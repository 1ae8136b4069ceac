const IGNORED = [
  /^\./,
  /~$/,
  /\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)$/,
  /\.d\.ts$/,
  /^(?:group_vars|host_vars|vars_plugins|known_hosts|LICENSE)$/,
]

/**
 * Whether an entry of an inventory folder is not a source: hidden files, backups, documents, variable folders
 * (Ansible: INVENTORY_IGNORE_EXTS), and OpenSSH's known_hosts.
 */
export function isIgnored(name: string): boolean {
  return IGNORED.some((pattern) => pattern.test(name))
}
