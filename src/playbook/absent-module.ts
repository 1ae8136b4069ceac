import { TaskError } from '../core/errors.ts'
import type { Module } from '../core/module.ts'
import type { Library } from './library.ts'

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
 * Why a module of Ansible's cannot run here: it is written in another language, belongs to another collection or is a
 * well-known one that playscript lacks. Undefined for any other name, which may be misspelt.
 */
export function missingModule(name: string, library: Pick<Library, 'foreign'>): string | undefined {
  const file = library.foreign(name)
  if (file !== undefined) return `playscript cannot run ${file}: modules must be written in TypeScript`
  return isElsewhere(name) ? `playscript has no module ${name}` : undefined
}

function isElsewhere(name: string): boolean {
  const [, collection, short = ''] = /^(\w+\.\w+)\.(\w+)$/.exec(name) ?? [undefined, 'ansible.builtin', name]
  if (collection !== 'ansible.builtin' && collection !== 'ansible.legacy') return true
  return FOR_OTHERS.includes(short)
}

/** Stands for a module that cannot run here: the task fails if a host reaches it. */
export function absentModule(name: string, why: string): Module {
  const plan = () => {
    throw new TaskError(why)
  }
  return { name, doc: '', args: {}, open: true, free_form: '_raw_params', plan }
}

/** Stands for a module that a template names: the engine puts the one it names in its place before the task runs. */
export function chosenModule(name: string): Module {
  return { ...absentModule(name, `${name} was not resolved`), local: true }
}
