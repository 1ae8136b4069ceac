import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensureLab, labUnavailable } from '../lab/index.ts'
import { EDITING, EDITING_A_HOST, editAtOnce, loadOf } from './at-once.ts'

const test = suite('runs that edit one host at once')
const reason = labUnavailable()

if (reason !== undefined) {
  test.skip(`needs the lab: ${reason}`, () => {})
} else {
  const lab = await ensureLab()
  const { name, address, hostKey } = lab.host('plain-1')
  const load = loadOf(process.env)
  const how = {
    connection: 'ssh',
    vars: {
      ansible_host: address,
      ansible_user: 'root',
      ansible_ssh_private_key_file: lab.paths.key,
      ansible_ssh_host_key_ed25519_public: hostKey,
    },
  } as const
  const places: Readonly<Record<string, string>> = {
    cron: 'crontab -l',
    apt_repository: 'cat /etc/apt/sources.list.d/at-once.list',
  }
  const [lineinfile] = EDITING
  for (const editing of [...EDITING_A_HOST, ...(lineinfile === undefined ? [] : [lineinfile])]) {
    test(`${editing.name} over SSH: no edit is lost`, async () => {
      const path = `/root/at-once-${editing.name}`
      const read = async () => (await lab.sh(name, places[editing.name] ?? `cat ${path}`)).stdout
      const { kept, asked, failures } = await editAtOnce(editing, path, load, { how, read })
      assert.equal({ kept, failures }, { kept: asked, failures: [] })
    })
  }
}

test.run()
