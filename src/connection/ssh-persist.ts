import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseSshArguments } from './ssh-arguments.ts'

/**
 * What ssh needs beside the arguments of a host to keep its login for later runs, where they ask for that with
 * `ControlPersist` (ssh_config(5)): it becomes a master when there is none, at a path that only this user may use, in
 * the folder of Ansible's `control_path_dir`. What the arguments say of `ControlMaster` and `ControlPath` holds.
 * @returns undefined where no login is to be kept
 */
export async function persistence(sshArgs: string | undefined): Promise<readonly string[] | undefined> {
  const { options } = parseSshArguments(sshArgs, () => {})
  const given = (name: string): string | undefined =>
    options
      .find((option) => option.toLowerCase().startsWith(`${name.toLowerCase()}=`))
      ?.slice(name.length + 1)
  if (/^(no)?$/i.test(given('ControlPersist') ?? '')) return undefined
  const path = given('ControlPath') ?? (await ownPath())
  return ['ControlMaster=auto', `ControlPath=${path}`].flatMap((option) => ['-o', option])
}

async function ownPath(): Promise<string> {
  const folder = join(homedir(), '.ansible/cp')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return join(folder.replaceAll('%', '%%'), '%C')
}
