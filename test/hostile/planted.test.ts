import * as assert from 'uvu/assert'
import { authorized_key } from '../../src/modules/authorized_key.ts'
import { copy } from '../../src/modules/copy.ts'
import { failureOf, runModule } from '../helpers/module-harness.ts'
import { labSuite } from '../modules/lab/lab-host.ts'

// What a user can plant before root's task starts: links under names that can be guessed.
const { test, host, run } = await labSuite('hostile/planted')

const D = '/home/operator/planted'
const TRAP = '/srv/trap'
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHtkEl3heZT0vrjAu92UG0MFkApTP24PAxnIDhqiQzet'
const SETUP = `rm -rf ${D} ${TRAP}; mkdir ${D} ${TRAP}; echo SECRET >${TRAP}/file; chmod 600 ${TRAP}/file
echo mine >${D}/file; chown -R operator:operator ${D}`
const LOOK = `find ${TRAP} -printf '%P %y %u %g %m %s %T@ %C@\\n'`

test('a backup is not written through a link under the name that could be guessed', async () => {
  const { sh, shell } = await host()
  await sh(`${SETUP}; cd ${D}; now=$(date +%s); i=0
while [ $i -lt 60 ]; do
  ln -s ${TRAP}/file "file.${shell.target.pid}.$(date -d "@$((now + i))" '+%Y-%m-%d@%H:%M:%S')~"; i=$((i + 1))
done; chown -h operator:operator ./*`)
  const before = await sh(LOOK)
  const { fields } = await runModule(copy, { content: 'x\n', dest: `${D}/file`, backup: true }, { shell })
  assert.is(await sh(LOOK), before)
  assert.is(await sh(`[ ! -L '${fields.backup_file}' ] && cat '${fields.backup_file}'`), 'mine\n')
})

test('authorized_key does not show a file of root’s through a link', async () => {
  const { sh, shell } = await host()
  await sh(`${SETUP}; ln -sf ${TRAP}/file ${D}/keys; chown -h operator:operator ${D}/keys`)
  const before = await sh(LOOK)
  const args = { user: 'operator', key: KEY, path: `${D}/keys` }
  await failureOf(runModule(authorized_key, args, { shell }))
  assert.is(await sh(LOOK), before)
  assert.is(
    await sh(`setpriv --reuid=operator --regid=operator --clear-groups grep -rs SECRET ${D} || :`),
    '',
  )
})

run()
