import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModuleCase } from '../../helpers/module-cases.ts'

/** Puts the files that the cases copy below a folder of the controller. */
export function makeSources(root: string): void {
  mkdirSync(join(root, 'files/tree/sub/deep'), { recursive: true })
  mkdirSync(join(root, 'files/tree/empty'))
  mkdirSync(join(root, 'files/sealed-tree/a'), { recursive: true })
  const write = (name: string, content: string | Buffer, mode = 0o644) =>
    writeFileSync(join(root, 'files', name), content, { mode })
  write('hello', 'hello\n')
  write('run.sh', '#!/bin/sh\n', 0o750)
  write('crlf', Buffer.from('\ufeffa\r\nb'))
  write('binary', Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256)))
  write('large', Buffer.alloc(300_000, 'abcdefghij\n'))
  write('nothing', '')
  write('sealed', '$ANSIBLE_VAULT;1.1;AES256\n00\n')
  for (const path of ['sealed-tree/a/deep', 'sealed-tree/top']) write(path, '$ANSIBLE_VAULT;1.1;AES256\n00\n')
  write('tree/one', '1\n')
  write('tree/sub/deep/two', '2\n')
  write("tree/sub/o'dd \n name", '3\n')
  symlinkSync('one', join(root, 'files/tree/link'))
  mkdirSync(join(root, 'files/circle/sub'), { recursive: true })
  write('circle/one', '1\n')
  symlinkSync('..', join(root, 'files/circle/sub/up'))
  symlinkSync('nowhere', join(root, 'files/circle/gone'))
}

/** What copy does to a real host; sources are those of `makeSources`. */
export const COPY_CASES: readonly ModuleCase[] = [
  {
    name: 'a text is written, with the default mode',
    args: (folder) => ({ content: 'x\n', dest: `${folder}/a` }),
    after: '[ "$(cat a)" = x ]\n[ "$(stat -c %a a)" = 644 ]\n[ -z "$(ls -A | grep playscript)" ]',
    result: (folder) => ({
      dest: `${folder}/a`,
      checksum: '6fcf9dfbd479ed82697fee719b9f8c610a11ff2a',
      md5sum: '401b30e3b8b5d629635a5c613cdb7919',
      size: 2,
      mode: '0644',
      state: 'file',
    }),
  },
  {
    name: 'links that go round in a circle or lead nowhere stay links, also where links are followed',
    args: (folder) => ({ src: 'circle', dest: folder }),
    after:
      '[ "$(cat circle/one)" = 1 ]\n[ "$(readlink circle/sub/up)" = .. ]\n[ "$(readlink circle/gone)" = nowhere ]',
  },
  {
    name: 'a dictionary is written as JSON',
    args: (folder) => ({ content: { a: [1, true, null], é: 'ü' }, dest: `${folder}/a` }),
    result: () => ({ checksum: 'd446d937b9b7e654ca8c247996c4355ffe033fe8' }),
  },
  {
    name: 'an empty text makes an empty file',
    args: (folder) => ({ content: '', dest: `${folder}/a` }),
    after: '[ -f a ]\n[ ! -s a ]',
  },
  {
    name: 'the same content is left alone, with the mode it has',
    before: 'printf "x\\n" >a; chmod 600 a',
    args: (folder) => ({ content: 'x\n', dest: `${folder}/a` }),
    changed: false,
    result: () => ({ mode: '0600' }),
  },
  {
    name: 'only the mode differs',
    before: 'printf "x\\n" >a; chmod 600 a',
    args: (folder) => ({ content: 'x\n', dest: `${folder}/a`, mode: 'u=rw,go=r' }),
    after: '[ "$(stat -c %a a)" = 644 ]',
  },
  {
    name: 'new content keeps mode and owner',
    before: 'echo old >a; chmod 640 a; chown 1:1 a',
    args: (folder) => ({ content: 'new\n', dest: `${folder}/a` }),
    after: '[ "$(cat a)" = new ]\n[ "$(stat -c %a:%u:%g a)" = 640:1:1 ]',
    root: true,
  },
  {
    name: 'an owner is set, and the group left',
    before: 'echo old >b; chgrp 2 b',
    args: (folder) => ({ content: 'x', dest: `${folder}/b`, owner: '1' }),
    after: '[ "$(stat -c %u:%g b)" = 1:2 ]',
    root: true,
  },
  {
    name: 'owner and group are set with the content',
    args: (folder) => ({ content: 'x', dest: `${folder}/a`, owner: '1', group: '2', mode: '4755' }),
    after: '[ "$(stat -c %a:%u:%g a)" = 4755:1:2 ]',
    result: () => ({ uid: 1, gid: 2, mode: '04755' }),
    root: true,
  },
  {
    name: 'a backup keeps the old content',
    before: 'echo old >a',
    args: (folder) => ({ content: 'new\n', dest: `${folder}/a`, backup: true }),
    after: '[ "$(cat a.*~)" = old ]\n[ "$(cat a)" = new ]',
  },
  {
    name: 'without force a file that is there stays',
    before: 'echo old >a',
    args: (folder) => ({ content: 'new\n', dest: `${folder}/a`, force: false, mode: '0600' }),
    changed: false,
  },
  {
    name: 'validate sees the new file and lets it pass',
    args: (folder) => ({ content: 'fine\n', dest: `${folder}/a`, validate: 'grep -q "fine" %s' }),
    after: '[ "$(cat a)" = fine ]',
  },
  {
    name: 'validate refuses, and the old file stays',
    before: 'echo old >a',
    args: (folder) => ({ content: 'bad\n', dest: `${folder}/a`, validate: 'grep -q fine %s' }),
    fails: /failed to validate/,
    fails_late: true,
    after: '[ "$(cat a)" = old ]\n[ "$(ls -A)" = a ]',
  },
  {
    name: 'validate is no shell',
    args: (folder) => ({
      content: 'x\n',
      dest: `${folder}/a`,
      validate: 'test %s != "$(touch pwned)" ; false',
    }),
    fails: /write .* failed/,
    fails_late: true,
    after: '[ ! -e pwned ]\n[ ! -e a ]',
  },
  {
    name: 'a link is replaced, not followed',
    before: 'echo keep >target; chmod 600 target; ln -s target link',
    args: (folder) => ({ content: 'new\n', dest: `${folder}/link` }),
    after:
      '[ ! -L link ]\n[ "$(cat link)" = new ]\n[ "$(cat target)" = keep ]\n[ "$(stat -c %a link)" = 644 ]',
  },
  {
    name: 'a link is followed when asked',
    before: 'echo old >target; ln -s target link',
    args: (folder) => ({ content: 'new\n', dest: `${folder}/link`, follow: true }),
    after: '[ -L link ]\n[ "$(cat target)" = new ]',
  },
  {
    name: 'a file goes into a folder under its own name',
    before: 'mkdir d',
    args: (folder) => ({ src: 'hello', dest: `${folder}/d` }),
    after: '[ "$(cat d/hello)" = hello ]',
    result: (folder) => ({ dest: `${folder}/d/hello` }),
  },
  {
    name: 'a folder that is named with a slash is made',
    args: (folder) => ({ src: 'hello', dest: `${folder}/new/er/`, directory_mode: '0700' }),
    after:
      '[ "$(cat new/er/hello)" = hello ]\n[ "$(stat -c %a new)" = 700 ]\n[ "$(stat -c %a new/er)" = 700 ]',
  },
  {
    name: 'text has no name of its own for a folder',
    before: 'mkdir d',
    args: (folder) => ({ content: 'x', dest: `${folder}/d` }),
    fails: /can not use content with a dir as dest/,
  },
  {
    name: 'the mode of the source is kept when asked',
    args: (folder) => ({ src: 'run.sh', dest: `${folder}/run`, mode: 'preserve' }),
    after: '[ "$(stat -c %a run)" = 750 ]',
  },
  ...['crlf', 'binary', 'large', 'nothing'].map((name) => ({
    name: `${name}: every byte arrives`,
    args: (folder: string) => ({ src: name, dest: `${folder}/${name}` }),
    after: `[ -f ${name} ]`,
  })),
  {
    name: 'a checksum that differs is refused',
    args: (folder) => ({ src: 'hello', dest: `${folder}/a`, checksum: '0'.repeat(40) }),
    fails: /expected checksum/,
  },
  {
    name: 'a source that a vault encrypted is refused without its password',
    args: (folder) => ({ src: 'sealed', dest: `${folder}/a` }),
    fails: /A vault password or secret must be specified to decrypt .*sealed/,
  },
  {
    name: 'of a folder’s sealed files the highest is named',
    args: (folder) => ({ src: 'sealed-tree', dest: `${folder}/a` }),
    fails: /must be specified to decrypt .*sealed-tree\/top$/,
  },
  {
    name: 'a folder is copied under its name',
    args: (folder) => ({ src: 'tree', dest: `${folder}/out`, mode: '0600', directory_mode: '0700' }),
    after:
      '[ "$(cat out/tree/sub/deep/two)" = 2 ]\n[ -d out/tree/empty ]\n[ "$(cat out/tree/link)" = 1 ]\n[ ! -L out/tree/link ]\n[ "$(stat -c %a out/tree/sub)" = 700 ]\n[ "$(stat -c %a out/tree/one)" = 600 ]',
  },
  {
    name: 'what is in a folder is copied, links as links, and what is there besides stays',
    before: 'mkdir -m 711 out; echo other >out/other; echo old >out/one',
    args: (folder) => ({ src: 'tree/', dest: `${folder}/out`, local_follow: false }),
    after:
      '[ "$(cat out/one)" = 1 ]\n[ "$(readlink out/link)" = one ]\n[ "$(cat out/other)" = other ]\n[ "$(stat -c %a out)" = 711 ]',
  },
  {
    name: 'a file of the host is copied',
    before: 'echo there >a; chmod 751 a',
    args: (folder) => ({ src: `${folder}/a`, dest: `${folder}/b`, remote_src: true, mode: 'preserve' }),
    after: '[ "$(cat b)" = there ]\n[ "$(stat -c %a b)" = 751 ]',
  },
  {
    name: 'a directory of the host keeps its modes',
    before:
      'umask 022; mkdir -p src/d; echo k >src/key; chmod 600 src/key; cp -p src/key src/d/; chmod 700 src/d; chmod 711 src; echo r >src/run; chmod 750 src/run',
    args: (folder) => ({ src: `${folder}/src/`, dest: `${folder}/new`, remote_src: true }),
    after: '[ "$(stat -c %a new new/d new/key new/d/key new/run | xargs)" = "711 700 600 600 750" ]',
  },
  {
    name: 'files of a directory that exists get the modes of those that replace them',
    before:
      'umask 022; mkdir src out; echo new >src/a; chmod 600 src/a; echo old >out/a; echo same >src/b; cp src/b out/; chmod 600 src/b',
    args: (folder) => ({ src: `${folder}/src/`, dest: `${folder}/out`, remote_src: true, mode: '0750' }),
    after: '[ "$(stat -c %a out out/a out/b | xargs)" = "750 600 644" ]',
  },
  {
    name: 'a directory of the host is copied into one that a link leads to',
    before: 'mkdir -p src/sub real/other; echo 1 >src/sub/a; ln -s real cur; ln -s other real/sub',
    args: (folder) => ({ src: `${folder}/src/`, dest: `${folder}/cur`, remote_src: true }),
    after: '[ -L cur ] && [ -L real/sub ] && [ "$(cat real/other/a)" = 1 ]',
  },
  {
    name: 'a folder of the host is copied',
    before: `mkdir -p "src/sub dir" src/empty; echo 1 >"src/sub dir/a"; echo 2 >"$(printf "src/n\\nl")"; ln -s "sub dir/a" src/link`,
    args: (folder) => ({
      src: `${folder}/src`,
      dest: `${folder}/out`,
      remote_src: true,
      local_follow: false,
    }),
    after:
      '[ "$(cat "out/src/sub dir/a")" = 1 ]\n[ "$(readlink out/src/link)" = "sub dir/a" ]\n[ -d out/src/empty ]\n[ "$(cat out/src/n*)" = 2 ]',
  },
  {
    name: 'odd names are names and nothing else',
    args: (folder) => ({ content: 'x', dest: `${folder}/-rf \n 'a' "b" $(id) é` }),
    after: '[ "$(cat ./-rf*)" = x ]',
  },
  {
    name: 'links in a folder of the target stay links, those in a circle too, unless they are to be followed',
    before:
      'mkdir -p from/sub; echo 1 >from/one; ln -s .. from/sub/up; ln -s ../one from/sub/link; ln -s none from/none',
    args: (folder) => ({ src: `${folder}/from/`, dest: `${folder}/to`, remote_src: true }),
    after:
      '[ "$(readlink to/sub/up)" = .. ]\n[ "$(readlink to/sub/link)" = ../one ]\n[ "$(readlink to/none)" = none ]',
  },
  {
    name: 'what is no file on the target is none to copy',
    before: 'mkfifo pipe',
    args: (folder) => ({ src: `${folder}/pipe`, dest: `${folder}/a`, remote_src: true }),
    fails: /pipe is not a file/,
  },
]
