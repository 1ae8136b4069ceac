import * as assert from 'uvu/assert'
import { git } from '../../../src/modules/git.ts'
import { pip } from '../../../src/modules/pip.ts'
import { failureOf, runModule } from '../../helpers/module-harness.ts'
import { converges, labSuite, type TestHost } from './lab-host.ts'

const { test, host, run } = await labSuite('git and pip')

/** Wheels of a package in two versions: an index that needs no network. */
const wheels = ({ sh }: TestHost) =>
  sh(`mkdir -p /srv/wheels; cd /srv/wheels; python3 - <<'PYTHON'
import zipfile
for version in ('1.0', '2.0'):
    with zipfile.ZipFile(f'demo_pkg-{version}-py3-none-any.whl', 'w') as wheel:
        folder = f'demo_pkg-{version}.dist-info/'
        wheel.writestr('demo_pkg.py', f'version = "{version}"\\n')
        wheel.writestr(folder + 'METADATA', f'Metadata-Version: 2.1\\nName: demo-pkg\\nVersion: {version}\\n')
        wheel.writestr(folder + 'WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr(folder + 'RECORD', '')
PYTHON`)

test('packages come into a virtual environment, change version and go', async () => {
  const machine = await host()
  await wheels(machine)
  const extra_args = '--no-index --find-links /srv/wheels'
  const venv = { virtualenv: '/srv/venv', virtualenv_command: 'python3 -m venv', extra_args }
  await converges(machine, pip, { name: 'demo-pkg', version: '1.0', ...venv })
  await converges(machine, pip, { name: 'demo_pkg', state: 'latest', ...venv })
  assert.is(await machine.sh('/srv/venv/bin/python -c "import demo_pkg; print(demo_pkg.version)"'), '2.0\n')
  assert.is(
    (await runModule(pip, { name: 'Demo.Pkg>=1,<3', ...venv }, { shell: machine.shell })).fields.changed,
    false,
  )
  await machine.sh("printf 'demo-pkg<2\\n' >/srv/requirements.txt")
  await converges(machine, pip, { requirements: '/srv/requirements.txt', ...venv })
  const forced = { name: 'demo-pkg', version: '1.0', state: 'forcereinstall', ...venv }
  assert.is((await runModule(pip, forced, { shell: machine.shell })).fields.changed, true)
  await converges(machine, pip, {
    requirements: '/srv/requirements.txt',
    state: 'absent',
    ...venv,
    extra_args: undefined,
  })
  const missing = await failureOf(runModule(pip, { name: 'no-such', ...venv }, { shell: machine.shell }))
  assert.match(missing.message, /No matching distribution found for no-such/)
})

test('the system’s own packages are left to its package manager, unless that is said', async () => {
  const machine = await host()
  const args = { name: 'demo-pkg', extra_args: '--no-index --find-links /srv/wheels' }
  const refused = await failureOf(runModule(pip, args, { shell: machine.shell }))
  assert.match(refused.message, /externally-managed-environment/)
  await converges(machine, pip, { ...args, break_system_packages: true })
  await converges(machine, pip, { name: 'demo-pkg', state: 'absent', break_system_packages: true })
  const virtualenv = await failureOf(
    runModule(pip, { ...args, virtualenv: '/srv/other' }, { shell: machine.shell }),
  )
  assert.match(virtualenv.message, /no virtualenv on the host.*python3 -m venv/)
})

test('a checkout follows its repository, and a signature can be asked for', async () => {
  const machine = await host()
  await machine.sh(`set -e; cd /srv; git init -q --bare -b main repo.git; git clone -q repo.git author 2>/dev/null; cd author; git checkout -q -b main
    export GNUPGHOME=/root/.gnupg; gpg --batch --quiet --passphrase '' --quick-gen-key 'T <t@example.org>' ed25519 sign never
    git config user.name T; git config user.email t@example.org; echo 1 >file; git add .; git commit -q -S -m one; git push -q origin main`)
  const args = { repo: '/srv/repo.git', dest: '/srv/app/checkout', version: 'main' }
  await converges(machine, git, { ...args, verify_commit: true, umask: '0027' })
  assert.is(await machine.sh('stat -c %a /srv/app/checkout/file'), '640\n')
  await machine.sh('cd /srv/author; echo 2 >file; git commit -qam two; git push -q origin main')
  const unsigned = await failureOf(runModule(git, { ...args, verify_commit: true }, { shell: machine.shell }))
  assert.match(unsigned.message, /verify the signature of main failed/)
  await machine.sh('cd /srv/author; echo 3 >file; git commit -qam three -S; git push -q origin main')
  const id = (
    await machine.sh(`gpg --list-keys --with-colons | awk -F: '$1 == "fpr" { print $10; exit }'`)
  ).trim()
  await converges(machine, git, { ...args, verify_commit: true, gpg_allowlist: [id] })
  const other = { ...args, verify_commit: true, gpg_allowlist: ['F'.repeat(40)] }
  assert.match(
    (await failureOf(runModule(git, other, { shell: machine.shell }))).message,
    /gpg_allowlist does not hold/,
  )
  await converges(machine, git, { ...args, archive: '/srv/app.tar.gz' })
})

run()
