import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runPlaybook } from '../helpers/playbook-harness.ts'

const test = suite('engine/killed-shell')

const KILLS = {
  'the command': 'kill -9 $$',
  'the shell of the step': 'kill -9 $PPID',
  'the shell of the connection': 'kill -9 $(ps -o ppid= -p $PPID)',
}

for (const shell of ['/bin/sh', '/bin/bash']) {
  for (const [what, command] of Object.entries(KILLS)) {
    for (const module of ['shell', 'raw']) {
      test(`a message holds no marks of ours: ${module} kills ${what} in ${shell}`, async () => {
        const { fields } = await runPlaybook([
          {
            vars: { ansible_shell_executable: shell },
            tasks: [{ name: 'kill', [module]: `echo out; echo err >&2; ${command}` }],
          },
        ])
        const { msg, stderr = '' } = fields('kill')
        assert.not.match(`${msg} ${stderr}`, /@(begin|end|step)-/)
        assert.match(`${msg} ${stderr}`, /err/)
      })
    }
  }
}

test.run()
