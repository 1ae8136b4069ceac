import { TaskError } from '../core/errors.ts'
import type { Module } from '../core/module.ts'

// Roles for many systems name these by their short names. Where one of them is here, it is found before this is asked.
const FOR_OTHERS = [
  'alternatives apk apt_rpm archive at bzr capabilities composer copr cpanm cronvar dnf dnf5 docker_container',
  'docker_image docker_network docker_volume ec2 expect filesystem firewalld flatpak gem github_release git_config',
  'homebrew homebrew_cask htpasswd ini_file interfaces_file iptables java_cert launchd locale_gen logrotate lvg lvol',
  'macports make modprobe mysql_db mysql_query mysql_user mysql_variables nmcli npm openbsd_pkg openssl_certificate',
  'openssl_csr openssl_dhparam openssl_privatekey opkg osx_defaults pacman pacman_key pam_limits pamd parted patch',
  'pear pip_package_info pkg5 pkgin pkgng pkgutil portage portinstall postgresql_db postgresql_ext postgresql_privs',
  'postgresql_query postgresql_user rhsm_repository rhsm_release redhat_subscription rpm_key sefcontext seboolean',
  'selinux selinux_permissive seport slackpkg snap ssh_config subversion sudoers supervisorctl svc swdepot synchronize',
  'sysrc sysupgrade sysvinit timezone ufw urpmi win_command win_copy win_feature win_file win_package win_reboot',
  'win_service win_shell win_template win_user x509_certificate xattr xbps xml yarn yum yum_repository zfs zypper',
  'zypper_repository',
].flatMap((line) => line.split(' '))

/**
 * Whether a name is that of a module for Ansible which is not here: one of another collection, or a well-known one.
 * What is neither may be misspelt.
 */
export function isElsewhere(name: string): boolean {
  const [, collection, short = ''] = /^(\w+\.\w+)\.(\w+)$/.exec(name) ?? [undefined, 'ansible.builtin', name]
  if (collection !== 'ansible.builtin' && collection !== 'ansible.legacy') return true
  return FOR_OTHERS.includes(short)
}

/** What is wrong where a task names a module of Ansible's that playscript lacks. */
export function missingModule(name: string): string {
  return `playscript has no module ${name}`
}

/** Stands for a module that is not here in a task that a condition may skip: it fails where it would run. */
export function absentModule(name: string): Module {
  const plan = () => {
    throw new TaskError(`${missingModule(name)}, so this task can only be skipped`)
  }
  return { name, doc: '', args: {}, open: true, free_form: '_raw_params', plan }
}

/** Stands for a module that a template names: the engine puts the one it names in its place before the task runs. */
export function chosenModule(name: string): Module {
  return { ...absentModule(name), local: true }
}
