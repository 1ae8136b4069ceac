import { stat } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'

/** What the variable `ansible_managed` says in templates, unless settings say otherwise. */
export const ANSIBLE_MANAGED = 'Ansible managed'

/**
 * The text of `ansible_managed` for one template: `{file}`, `{host}` and `{uid}` stand for the template's path, this
 * machine and the template's owner; `%` directives for the time at which the template was changed.
 *
 * @see https://docs.ansible.com/ansible/latest/reference_appendices/config.html#default-managed-str
 */
export async function ansibleManaged(text: string, template: string): Promise<string> {
  if (!/[{%]/.test(text)) return text
  const { uid, mtime } = await stat(template)
  const user = userInfo()
  const owner = user.uid === uid ? user.username : String(uid)
  const { strftime } = await import('../template/python/strftime.ts')
  const named: Readonly<Record<string, string>> = { file: template, host: hostname(), uid: owner }
  return strftime(
    text.replace(/\{(file|host|uid)\}/g, (all, name: string) => named[name]?.replaceAll('%', '%%') ?? all),
    mtime,
    'local',
  )
}
