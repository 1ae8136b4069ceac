import type { ModuleCase } from '../../helpers/module-cases.ts'

/** What template does to a real host, with a template `motd.njk` (mode 0640) that renders to `hello world`. */
export const TEMPLATE_CASES: readonly ModuleCase[] = [
  {
    name: 'the rendered text is written',
    args: (folder) => ({ src: 'motd.njk', dest: `${folder}/motd`, mode: '0600' }),
    after: '[ "$(cat motd)" = "hello world" ]\n[ "$(stat -c %a motd)" = 600 ]',
    result: (folder) => ({ dest: `${folder}/motd`, size: 12, mode: '0600', state: 'file' }),
  },
  {
    name: 'what is there already stays',
    before: 'echo hello world >motd',
    args: (folder) => ({ src: 'motd.njk', dest: `${folder}/motd` }),
    changed: false,
  },
  {
    name: 'a folder takes it under its own name',
    before: 'mkdir d',
    args: (folder) => ({ src: 'motd.njk', dest: `${folder}/d`, mode: 'preserve' }),
    after: '[ "$(cat d/motd.njk)" = "hello world" ]\n[ "$(stat -c %a d/motd.njk)" = 640 ]',
  },
  {
    name: 'validate judges the rendered text',
    before: 'echo old >motd',
    args: (folder) => ({ src: 'motd.njk', dest: `${folder}/motd`, validate: 'grep -q moon %s' }),
    fails: /failed to validate/,
    fails_late: true,
    after: '[ "$(cat motd)" = old ]',
  },
  {
    name: 'a missing folder is an error, in check mode a prediction',
    args: (folder) => ({ src: 'motd.njk', dest: `${folder}/none/motd` }),
    fails: /Destination directory .* does not exist/,
    fails_late: true,
  },
  {
    name: 'a backup keeps the old text',
    before: 'echo old >motd',
    args: (folder) => ({ src: 'motd.njk', dest: `${folder}/motd`, backup: true }),
    after: '[ "$(cat motd.*~)" = old ]',
  },
]
