import type { ModuleCase } from '../../helpers/module-cases.ts'

const DONE = { creates: 'done' }
const inside = (own: object) => (folder: string) => ({ chdir: folder, ...own })

/** What runs a command on a real host, by module. */
export const COMMAND_CASES: readonly ModuleCase[] = [
  {
    name: 'a command, once',
    args: inside({ argv: ['touch', '--', "it's", '-x &y', 'done'], ...DONE }),
    after: `[ -e "it's" ] && [ -e './-x &y' ]`,
  },
  {
    name: 'a command for which what it removes is not there',
    args: inside({ cmd: 'touch done', removes: 'done' }),
    changed: false,
    after: '[ ! -e done ]',
  },
  {
    name: 'a command that gets input',
    args: inside({ cmd: 'tee got', stdin: "two\nlines of 'it'" }),
    result: () => ({ rc: 0, stdout: "two\nlines of 'it'", stderr: '' }),
    never_settles: 'nothing says when it is done',
    after: `[ "$(sed -n 2p got)" = "lines of 'it'" ]`,
  },
  {
    name: 'a command that fails',
    args: inside({ cmd: 'ls /no/such/file' }),
    fails: /non-zero return code/,
    fails_late: true,
  },
  {
    name: 'a command that there is not',
    args: inside({ cmd: 'no-such-command x' }),
    fails: /no-such-command/,
    fails_late: true,
  },
]

export const SHELL_CASES: readonly ModuleCase[] = [
  {
    name: 'shell text, once',
    args: inside({ cmd: 'for n in 1 2; do echo "$n it\'s"; done | cat >done', ...DONE }),
    after: '[ "$(wc -l <done)" -eq 2 ]',
  },
  {
    name: 'shell text with both outputs',
    args: inside({ cmd: 'echo out; echo err >&2; umask' }),
    result: () => ({ stderr: 'err', stdout_lines: (found: unknown) => [(found as string[])[0], 'out'] }),
    never_settles: 'nothing says when it is done',
  },
  {
    name: 'shell text that fails',
    args: inside({ cmd: 'echo why >&2; exit 3' }),
    fails: /non-zero return code/,
    fails_late: true,
  },
]

export const RAW_CASES: readonly ModuleCase[] = [
  {
    name: 'raw text',
    args: (folder) => ({ _raw_params: `echo raw >${folder}/raw; cat ${folder}/raw` }),
    result: () => ({ rc: 0, stdout: 'raw\n' }),
    never_settles: 'nothing says when it is done',
    after: '[ "$(cat raw)" = raw ]',
  },
  {
    name: 'raw text that fails',
    args: () => ({ _raw_params: 'exit 4' }),
    fails: /non-zero return code/,
    fails_late: true,
  },
]

/** The controller has a file `make.sh` that writes its arguments, a line each, into the file `done`. */
export const SCRIPT_CASES: readonly ModuleCase[] = [
  {
    name: 'a script, once',
    args: inside({ cmd: `make.sh one "it's two"`, ...DONE }),
    after: `[ "$(cat done)" = "$(printf "one\\nit's two")" ]`,
  },
  {
    name: 'a script for another program',
    args: inside({ cmd: 'make.sh', executable: 'sh -e', ...DONE }),
    after: '[ -e done ]',
  },
  {
    name: 'a script that there is not',
    args: inside({ cmd: 'none.sh' }),
    fails: /none\.sh/,
  },
]

export const PING_CASES: readonly ModuleCase[] = [
  { name: 'an answer', args: () => ({ data: "it's" }), changed: false, result: () => ({ ping: "it's" }) },
  { name: 'no answer', args: () => ({ data: 'crash' }), fails: /boom/ },
]
