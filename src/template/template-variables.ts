import { statSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { resolve } from 'node:path'

/**
 * The variables that Ansible's template module adds, each made when it is read.
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/template_module.html
 */
export function templateVariables(
  path: string,
  {
    destination,
    source,
  }: { readonly destination?: string | undefined; readonly source?: string | undefined },
): Readonly<Record<string, () => unknown>> {
  const stamp = (date: Date): string => {
    const two = (number: number): string => String(number).padStart(2, '0')
    const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
    return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
  }
  return {
    ansible_managed: () => 'Ansible managed',
    template_host: hostname,
    template_path: () => source ?? path,
    template_fullpath: () => resolve(path),
    template_destpath: () => destination ?? null,
    template_mtime: () => stamp(statSync(path).mtime),
    template_run_date: () => stamp(new Date()),
    template_uid: () => owner(statSync(path).uid),
  }
}

/** The owner's name where it is the user of this process; the number otherwise. */
function owner(uid: number): string | number {
  const user = userInfo()
  return user.uid === uid ? user.username : uid
}
