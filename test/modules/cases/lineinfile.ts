import type { ModuleCase } from '../../helpers/module-cases.ts'

const PORT = { regexp: '^#?Port ', line: 'Port 2222' }

/** What lineinfile does to a real host. */
export const LINEINFILE_CASES: readonly ModuleCase[] = [
  {
    name: 'a line is added behind one that was not ended',
    before: 'printf "a\\nb" >f; chmod 640 f',
    args: (folder) => ({ path: `${folder}/f`, line: 'c' }),
    after: '[ "$(od -An -c f | tr -d " \\n")" = "a\\\\nb\\\\nc\\\\n" ]\n[ "$(stat -c %a f)" = 640 ]',
    result: () => ({ msg: 'line added', backup: '' }),
  },
  {
    name: 'a line is replaced',
    before: 'printf "a\\n#Port 22\\nb\\n" >f',
    args: (folder) => ({ path: `${folder}/f`, ...PORT }),
    after: '[ "$(sed -n 2p f)" = "Port 2222" ]\n[ "$(wc -l <f)" -eq 3 ]',
    result: () => ({ msg: 'line replaced' }),
  },
  {
    name: 'lines are removed',
    before: 'printf "a\\nb\\na\\n" >f',
    args: (folder) => ({ path: `${folder}/f`, line: 'a', state: 'absent' }),
    after: '[ "$(cat f)" = b ]',
    result: () => ({ msg: '2 line(s) removed', found: 2 }),
  },
  {
    name: 'what is there stays, bytes that are no UTF-8 too',
    before: 'printf "\\377\\376 x\\r\\nPort 2222\\r\\n" >f',
    args: (folder) => ({ path: `${folder}/f`, ...PORT }),
    changed: false,
  },
  {
    name: 'other bytes are carried through an edit',
    before: 'printf "\\377\\376 x\\r\\nPort 22\\r\\n" >f; printf "\\377\\376 x\\r\\nPort 2222\\r\\n" >wanted',
    args: (folder) => ({ path: `${folder}/f`, ...PORT }),
    after: 'cmp f wanted',
  },
  {
    name: 'only the mode differs',
    before: 'echo a >f; chmod 600 f',
    args: (folder) => ({ path: `${folder}/f`, line: 'a', mode: '0644' }),
    result: () => ({ msg: 'ownership, perms or SE linux context changed', mode: '0644' }),
  },
  {
    name: 'a missing file is made with the folders above it when asked',
    args: (folder) => ({ path: `${folder}/new/er/f`, line: 'a', create: true, mode: '0600' }),
    after: '[ "$(cat new/er/f)" = a ]\n[ "$(stat -c %a new/er/f)" = 600 ]\n[ "$(stat -c %a new)" = 755 ]',
  },
  {
    name: 'a missing file is an error otherwise, and a prediction in check mode',
    args: (folder) => ({ path: `${folder}/f`, line: 'a' }),
    fails: /does not exist/,
    fails_late: true,
  },
  {
    name: 'a line of a missing file is absent',
    args: (folder) => ({ path: `${folder}/f`, line: 'a', state: 'absent' }),
    changed: false,
    result: () => ({ msg: 'file not present' }),
  },
  {
    name: 'a folder is no file',
    args: (folder) => ({ path: folder, line: 'a' }),
    fails: /is a directory/,
  },
  {
    name: 'a link is followed and stays',
    before: 'echo a >f; ln -s f link',
    args: (folder) => ({ path: `${folder}/link`, line: 'b' }),
    after: '[ -L link ]\n[ "$(sed -n 2p f)" = b ]',
  },
  {
    name: 'a link of another user to a file that is not theirs is not followed',
    before: 'echo a >f; ln -s f link; chown -h 1 link',
    args: (folder) => ({ path: `${folder}/link`, line: 'b' }),
    fails: /symbolic link that .* owns/,
    root: true,
  },
  {
    name: 'a backup keeps the old text, and a refusal the old file',
    before: 'echo a >f',
    args: (folder) => ({ path: `${folder}/f`, line: 'b', backup: true, validate: 'grep -q b %s' }),
    after: '[ "$(cat f.*~)" = a ]',
  },
  {
    name: 'validate refuses',
    before: 'echo a >f',
    args: (folder) => ({ path: `${folder}/f`, line: 'b', validate: 'grep -q c %s' }),
    fails: /failed to validate/,
    fails_late: true,
    after: '[ "$(cat f)" = a ]',
  },
  {
    name: 'odd names are names and nothing else',
    before: `echo a >"$(printf -- "-rf \\n 'a' \\"b\\" \\$(id) é")"`,
    args: (folder) => ({ path: `${folder}/-rf \n 'a' "b" $(id) é`, line: 'b' }),
    after: '[ "$(cat ./-rf* | wc -l)" -eq 2 ]',
  },
]
