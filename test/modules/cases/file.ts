import type { ModuleCase } from '../../helpers/module-cases.ts'

/** What the file module does to a real host. */
export const FILE_CASES: readonly ModuleCase[] = [
  {
    name: 'a folder is made with those above it, all with the mode',
    args: (folder) => ({ path: `${folder}/a/b`, state: 'directory', mode: '0750' }),
    after: '[ "$(stat -c %a a)" = 750 ]\n[ "$(stat -c %a a/b)" = 750 ]',
    result: (folder) => ({ path: `${folder}/a/b`, state: 'directory', mode: '0750', owner: 'root' }),
    root: true,
  },
  {
    name: 'a folder that is right stays as it is',
    before: 'mkdir -m 750 a',
    args: (folder) => ({ path: `${folder}/a`, state: 'directory', mode: '0750' }),
    changed: false,
  },
  {
    name: 'an octal mode clears the set-group-id bit of a folder',
    before: 'mkdir a; chmod 2755 a',
    args: (folder) => ({ path: `${folder}/a`, state: 'directory', mode: '0755' }),
    after: '[ "$(stat -c %a a)" = 755 ]',
  },
  {
    name: 'a folder where a file is, is refused',
    before: 'echo x >a',
    args: (folder) => ({ path: `${folder}/a`, state: 'directory' }),
    fails: /already exists as a file/,
  },
  {
    name: 'a link to a folder is a folder when it is followed',
    before: 'mkdir -m 755 real; ln -s real link',
    args: (folder) => ({ path: `${folder}/link`, state: 'directory', mode: '0700' }),
    after: '[ "$(stat -c %a real)" = 700 ]\n[ -L link ]',
  },
  {
    name: 'a link to a folder is a link when it is not followed',
    before: 'mkdir -m 755 real; ln -s real link',
    args: (folder) => ({ path: `${folder}/link`, state: 'directory', follow: false }),
    fails: /already exists as a link/,
  },
  {
    name: 'symbolic modes are worked out against the mode there is',
    before: 'echo x >a; chmod 640 a',
    args: (folder) => ({ path: `${folder}/a`, mode: 'u+x,g-r,o=r' }),
    after: '[ "$(stat -c %a a)" = 704 ]',
    result: () => ({ mode: '0704', state: 'file' }),
  },
  {
    name: 'a set-user-id bit survives a new owner',
    before: 'echo x >a; chmod 4755 a',
    args: (folder) => ({ path: `${folder}/a`, mode: '4755', owner: '1', group: '1' }),
    after: '[ "$(stat -c %a:%u:%g a)" = 4755:1:1 ]',
    root: true,
  },
  {
    name: 'an owner that does not exist is a change, and chown says so',
    before: 'echo x >a',
    args: (folder) => ({ path: `${folder}/a`, owner: 'nobody-of-that-name' }),
    fails: /invalid user|unknown user|nobody-of-that-name/,
    fails_late: true,
    root: true,
  },
  {
    name: 'recurse sets everything below, and follows no link',
    before:
      'mkdir -p t/sub; echo 1 >t/one; echo 2 >"t/sub/t w o"; echo out >out; chmod 600 out t/one; chmod 640 "t/sub/t w o"; ln -s ../out t/link',
    args: (folder) => ({ path: `${folder}/t`, recurse: true, mode: 'u=rwX,go=rX', owner: '1', group: '1' }),
    after:
      '[ "$(stat -c %a t/one)" = 644 ]\n[ "$(stat -c %a t/sub)" = 755 ]\n[ "$(stat -c %a:%u:%g "t/sub/t w o")" = 644:1:1 ]\n[ "$(stat -c %a:%u out)" = 600:0 ]\n[ "$(stat -c %u t/link)" = 1 ]',
    root: true,
  },
  {
    name: 'a symbolic link is made',
    before: 'echo x >target',
    args: (folder) => ({ path: `${folder}/link`, src: 'target', state: 'link' }),
    after: '[ "$(readlink link)" = target ]',
    result: (folder) => ({ dest: `${folder}/link`, src: 'target', state: 'link' }),
  },
  {
    name: 'a symbolic link that leads elsewhere is changed, and a link to a folder is not entered',
    before: 'mkdir one two; ln -s one link',
    args: (folder) => ({ path: `${folder}/link`, src: 'two', state: 'link' }),
    after: '[ "$(readlink link)" = two ]\n[ -z "$(ls -A one)" ]',
  },
  {
    name: 'a link to nothing needs force',
    args: (folder) => ({ path: `${folder}/link`, src: 'nothing', state: 'link', force: true }),
    after: '[ -L link ]\n[ ! -e link ]',
  },
  {
    name: 'a file is not replaced by a link',
    before: 'echo x >a; echo y >b',
    args: (folder) => ({ path: `${folder}/a`, src: 'b', state: 'link' }),
    fails: /refusing to convert from file to symlink/,
  },
  {
    name: 'force replaces a file by a link',
    before: 'echo x >a; echo y >b',
    args: (folder) => ({ path: `${folder}/a`, src: 'b', state: 'link', force: true }),
    after: '[ "$(cat a)" = y ]\n[ -L a ]',
  },
  {
    name: 'force does not remove a folder that holds something',
    before: 'mkdir a; echo x >a/x; echo y >b',
    args: (folder) => ({ path: `${folder}/a`, src: 'b', state: 'link', force: true }),
    fails: /not empty/,
  },
  {
    name: 'the mode given with a link is that of its target',
    before: 'echo x >target; chmod 600 target; ln -s target link',
    args: (folder) => ({ path: `${folder}/link`, src: 'target', state: 'link', mode: '0644' }),
    after: '[ "$(stat -c %a target)" = 644 ]',
  },
  {
    name: 'a hard link is made',
    before: 'echo x >a',
    args: (folder) => ({ path: `${folder}/b`, src: `${folder}/a`, state: 'hard' }),
    after: '[ a -ef b ]',
    result: (folder) => ({ dest: `${folder}/b`, src: `${folder}/a`, state: 'hard' }),
  },
  {
    name: 'a hard link does not replace a file',
    before: 'echo x >a; echo y >b',
    args: (folder) => ({ path: `${folder}/b`, src: `${folder}/a`, state: 'hard' }),
    fails: /Cannot link, file exists at destination/,
  },
  {
    name: 'a tree is removed, and what links in it lead to stays',
    before: 'mkdir -p t/sub keep; echo x >keep/x; ln -s ../keep t/link; echo y >t/sub/y',
    args: (folder) => ({ path: `${folder}/t`, state: 'absent' }),
    after: '[ ! -e t ]\n[ "$(cat keep/x)" = x ]',
    result: (folder) => ({ path: `${folder}/t`, state: 'absent' }),
  },
  {
    name: 'a link to a folder is removed, also when a slash follows it, and the folder stays',
    before: 'mkdir keep; echo x >keep/x; ln -s keep link',
    args: (folder) => ({ path: `${folder}/link/`, state: 'absent' }),
    after: '[ ! -L link ]\n[ "$(cat keep/x)" = x ]',
  },
  {
    name: 'what is absent stays so',
    args: (folder) => ({ path: `${folder}/none/below`, state: 'absent' }),
    changed: false,
  },
  {
    name: 'touch makes an empty file with its mode',
    args: (folder) => ({ path: `${folder}/a`, state: 'touch', mode: '0600' }),
    after: '[ -f a ]\n[ ! -s a ]\n[ "$(stat -c %a a)" = 600 ]',
    result: (folder) => ({ dest: `${folder}/a`, state: 'file', size: 0 }),
    never_settles: 'touch sets the times anew',
  },
  {
    name: 'touch that preserves the times settles',
    args: (folder) => ({
      path: `${folder}/a`,
      state: 'touch',
      modification_time: 'preserve',
      access_time: 'preserve',
    }),
    after: '[ -f a ]',
  },
  {
    name: 'a time is set, in the given format',
    before: 'echo x >a',
    args: (folder) => ({
      path: `${folder}/a`,
      modification_time: '2020-02-03 04:05:06',
      modification_time_format: '%Y-%m-%d %H:%M:%S',
      access_time: '202102030405.06',
    }),
    after:
      '[ "$(date -r a +%Y%m%d%H%M.%S)" = 202002030405.06 ]\n[ "$(date -d @$(stat -c %X a) +%Y)" = 2021 ]',
  },
  {
    name: 'odd names are names and nothing else',
    before: `echo x >"$(printf -- "-rf \\n 'a' \\"b\\" \\$(id) é")"`,
    args: (folder) => ({ path: `${folder}/-rf \n 'a' "b" $(id) é`, mode: '0600' }),
    after: '[ "$(find . -type f -perm 600 | wc -l)" -ge 1 ]',
  },
]
