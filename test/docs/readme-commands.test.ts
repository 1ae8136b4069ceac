import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('the commands of README.md')

const task = (name: string, more = '') => `- name: ${name}\n  ansible.builtin.debug: { msg: done }\n${more}`

/**
 * A folder as a reader's own, with the playbook that README.md speaks of. Its roles only talk, and its host is this
 * machine: what the real ones do to a host is the business of the tutorial's test.
 */
const files: Readonly<Record<string, string>> = {
  'inventory/hosts.yml':
    'k8s: { hosts: { k3s-cluster: { ansible_connection: local, ansible_become: false } } }',
  'inventory/group_vars/all.yml': 'domain_name: example.com',
  'roles/k8s/tasks/main.yml': task('Fetch the certificate', '  tags: certbot\n'),
  'roles/aws_oidc/tasks/main.yml': task('Make the role'),
  'roles/aws_oidc/tasks/role-arn.yml': task('Ask for the role'),
  'roles/app/tasks/main.yml': task('Prove it'),
  'roles/nginx/tasks/main.yml': task('Install nginx'),
  'site.yml': `- hosts: k8s\n  gather_facts: false\n  roles: [nginx]\n`,
  'password.txt': 'open sesame',
  'plain.yml': 'word: tell-nobody\n',
}

// npm's scripts are long, or run by the tutorial's test; that they exist is asserted elsewhere.
const commands = [...readFileSync('README.md', 'utf8').matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line !== '' && !/^(npm|export) /.test(line))

test('every one of them works, in the order in which they stand there', async () => {
  const work = mkdtempSync(join(tmpdir(), 'playscript-readme-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), text)
    }
    for (const name of ['playbook.ts', 'package.json', 'vars'])
      cpSync(name, join(work, name), { recursive: true })
    mkdirSync(join(work, 'node_modules'))
    symlinkSync(resolve('.'), join(work, 'node_modules', 'playscript'))
    symlinkSync(resolve('src'), join(work, 'src'))
    const script = [
      'exec 2>&1',
      `tsx src/bin.ts vault encrypt plain.yml --output secrets.yml`,
      ...commands.flatMap((line, number) => [line, `printf '\n@ended ${number} %s@\n' $?`]),
    ]
    const { stdout } = await execa('sh', [], {
      cwd: work,
      input: script.join('\n'),
      reject: false,
      env: {
        PATH: [resolve('node_modules/.bin'), process.env.PATH].join(delimiter),
        ANSIBLE_VAULT_PASSWORD_FILE: join(work, 'password.txt'),
        ANSIBLE_CONFIG: '/dev/null',
      },
    })
    for (const [number, line] of commands.entries()) {
      assert.match(stdout, `@ended ${number} 0@`, `${line} did not work:\n${stdout}`)
    }
    assert.match(stdout, /^word: tell-nobody$/m)
    for (const report of ['run.html', 'run.xml', '1.json', '2.json', 'all.json', 'roles/web/tasks/main.ts'])
      assert.ok(existsSync(join(work, report)), report)
    const all = JSON.parse(readFileSync(join(work, 'all.json'), 'utf8'))
    assert.equal(Object.keys(all.stats), ['k3s-cluster'])
    assert.ok(commands.length > 15)
  } finally {
    rmSync(work, { recursive: true })
  }
})

test.run()
