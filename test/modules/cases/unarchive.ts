import { type Member, tarOf, writes, zipOf } from '../../helpers/archives.ts'
import type { ModuleCase } from '../../helpers/module-cases.ts'

/** A folder `pkg` with a program, a text, a link and a folder; and the archives of it. */
const TREE =
  'mkdir -p pkg/sub out; printf "#!/bin/sh\\n" >pkg/server; chmod 755 pkg/server; echo text >pkg/read.me; ln -s server pkg/link; echo 2 >pkg/sub/two; '
const TGZ = `${TREE} tar czf a.tgz pkg; rm -r pkg`

/** The same tree, as archives that not every userland can make. */
const MEMBERS: readonly Member[] = [
  { name: 'pkg/', type: '5' },
  { name: 'pkg/read.me', content: 'text\n' },
  { name: 'pkg/server', content: '#!/bin/sh\n', mode: 0o755 },
  { name: 'pkg/sub/', type: '5' },
  { name: 'pkg/sub/two', content: '2\n' },
]
const ZIP = `mkdir out; ${writes('a.zip', zipOf(MEMBERS))}`
const COMPRESSED = {
  'a.tbz':
    'QlpoOTFBWSZTWe+i+dQAAM9bgMuQaAD/gANUcu3fgAgIMADYIwAyaaDIYIaYjRgwAyaaDIYIaYjRgSJEahPIR5J6Qeieo0ZtUr99tL4e8wKQUadzByAUkMBYGPKe1GyxjuEURwMR0RIBNJfU5Ixr10yZ2ZLmbhG9gjahiBeyPjPPrFqSstghqCGYIa+ZonnxyRe5opGwaOZYb10mpkjcUIsRByRNC7o8HTU1NEPLx76opqVu9QqVQy3i+CGXobKqr7mHkieQu5IpwoSHfRfOoA==',
  'a.txz':
    '/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4BH/AKJdADgayRWYrNGyNLfPL52tDilYvn2FQ7kmTkDIcdeVgLQ0dQHOpiiV1dUQSFbX0jrwHWJ38xFjEkh1n0jv3o3zD1jnM0lpvnhI2hS1nAJ8VywX64JbbQCebpyPY7xUVtTjSaHzhWCdoDImwg97EnHsxn2nWVhDFpNUwXNGLHzjV8CdIjzBw32CS0BR3jcoLHy01cmfOBiblu0iYmp1h+5SOGxdAAAAABTQIisAAboBgCQAAHmVeZc+MA2LAgAAAAABWVo=',
  'a.tzst':
    'KLUv/QRorQQAkgUSEIB9QNRhpT8Da7fbcmuMUKWH2a6J20UhRtw+4ZdaKa3/WSV9EDOp0hExSvh0DH4cv/ylPG4671fhmVLLJHYYMl9eKVaewHkDHaDgSGbGYsYwLUhR8gUM/gf9/tWRVZsXnhpaV2sxgJADbmtZmRMYLGigV3OAWlz+aoLRStdLBi55gPXOTwkw0i63WKTFFlieyghXB6D0',
}

function unpack(archive: string, more: Readonly<Record<string, unknown>> = {}) {
  return (folder: string) => ({
    src: `${folder}/${archive}`,
    dest: `${folder}/out`,
    remote_src: true,
    ...more,
  })
}

/** What unarchive does to a real host. */
export const UNARCHIVE_CASES: readonly ModuleCase[] = [
  {
    name: 'an archive is unpacked',
    before: TGZ,
    args: unpack('a.tgz', { list_files: true }),
    after:
      '[ "$(cat out/pkg/sub/two)" = 2 ]\n[ -x out/pkg/server ]\n[ "$(readlink out/pkg/link)" = server ]\n[ "$(ls out)" = pkg ]',
    result: (folder) => ({ dest: `${folder}/out`, state: 'directory', handler: 'TgzArchive' }),
  },
  {
    name: 'what is unpacked already is left alone, whatever its mode and owner',
    before: `${TGZ}; tar xzf a.tgz -C out; chmod 600 out/pkg/read.me; touch out/pkg/sub/two; chown 1 out/pkg/read.me`,
    args: unpack('a.tgz'),
    changed: false,
    root: true,
  },
  {
    name: 'one member is picked, stripped of its folder, and gets owner and mode; nothing else does',
    before: `${TGZ}; echo mine >out/other; chmod 600 out/other; chmod 711 out`,
    args: unpack('a.tgz', {
      owner: 'root',
      group: 'root',
      mode: '0700',
      extra_opts: ['--strip-components=1', '--wildcards', '**/server'],
    }),
    after:
      '[ "$(stat -c %a:%U out/server)" = 700:root ]\n[ "$(ls out | tr "\\n" " ")" = "other server " ]\n[ "$(stat -c %a out/other)" = 600 ]\n[ "$(stat -c %a out)" = 711 ]',
    root: true,
  },
  {
    name: 'a file that drifted is put right',
    before: `${TGZ}; tar xzf a.tgz -C out; echo drifted >out/pkg/sub/two`,
    args: unpack('a.tgz'),
    after: '[ "$(cat out/pkg/sub/two)" = 2 ]',
  },
  {
    name: 'a link that drifted is put right',
    before: `${TGZ}; tar xzf a.tgz -C out; ln -sfn elsewhere out/pkg/link`,
    args: unpack('a.tgz'),
    after: '[ "$(readlink out/pkg/link)" = server ]',
  },
  {
    name: 'only the mode differs',
    before: `${TGZ}; tar xzf a.tgz -C out`,
    args: unpack('a.tgz', { mode: 'u=rwX,go=' }),
    after:
      '[ "$(stat -c %a out/pkg/read.me)" = 600 ]\n[ "$(stat -c %a out/pkg/server)" = 700 ]\n[ "$(stat -c %a out/pkg/sub)" = 700 ]',
  },
  {
    name: 'only what is included is unpacked',
    before: TGZ,
    args: unpack('a.tgz', { include: ['pkg/read.me'] }),
    after: '[ -f out/pkg/read.me ]\n[ ! -e out/pkg/server ]',
  },
  {
    name: 'what is excluded is left out',
    userland: 'gnu',
    before: TGZ,
    args: unpack('a.tgz', { exclude: ['pkg/sub'] }),
    after: '[ -f out/pkg/read.me ]\n[ ! -e out/pkg/sub ]',
  },
  {
    name: 'newer files are kept when asked',
    userland: 'gnu',
    before: `${TGZ}; mkdir out/pkg; echo newer >out/pkg/read.me; touch -d "@$(($(date +%s)+100))" out/pkg/read.me`,
    args: unpack('a.tgz', { keep_newer: true }),
    after: '[ "$(cat out/pkg/read.me)" = newer ]\n[ -f out/pkg/server ]',
  },
  {
    name: 'a.tar is unpacked',
    before: `mkdir out; ${writes('a.tar', tarOf(MEMBERS))}`,
    args: unpack('a.tar'),
    after: '[ "$(cat out/pkg/sub/two)" = 2 ]',
  },
  ...Object.entries(COMPRESSED).map(([archive, base64]) => ({
    name: `${archive} is unpacked`,
    before: `mkdir out; ${writes(archive, Buffer.from(base64, 'base64'))}`,
    args: unpack(archive),
    after: '[ "$(cat out/pkg/sub/two)" = 2 ]\n[ "$(readlink out/pkg/link)" = server ]',
    ...(archive === 'a.tzst' && { needs: 'zstd' }),
  })),
  {
    name: 'a zip archive is unpacked',
    before: ZIP,
    args: unpack('a.zip', { mode: 'u=rwX,go=rX' }),
    after: '[ "$(cat out/pkg/sub/two)" = 2 ]\n[ "$(stat -c %a out/pkg/read.me)" = 644 ]',
    result: () => ({ handler: 'ZipArchive' }),
  },
  {
    name: 'a zip archive whose file drifted is unpacked again',
    before: `${ZIP}; unzip -q a.zip -d out; echo drifted >out/pkg/read.me`,
    args: unpack('a.zip'),
    after: '[ "$(cat out/pkg/read.me)" = text ]',
  },
  {
    name: 'what it creates exists already',
    before: `${TGZ}; touch done`,
    args: (folder) => ({ ...unpack('a.tgz')(folder), creates: `${folder}/done` }),
    changed: false,
    after: '[ -z "$(ls out)" ]',
  },
  {
    name: 'a missing archive is an error, in check mode a prediction',
    before: 'mkdir out',
    args: unpack('none.tgz'),
    fails: /Source '.*none.tgz' does not exist/,
    fails_late: true,
  },
  {
    name: 'a missing folder is an error, in check mode a prediction',
    before: `${TGZ}; rmdir out`,
    args: unpack('a.tgz'),
    fails: /must be an existing dir/,
    fails_late: true,
  },
  {
    name: 'what is no archive is an error',
    before: 'mkdir out; echo text >a.tgz',
    args: unpack('a.tgz'),
    fails: /Failed to read the archive|holds no member/,
  },
  {
    name: 'a truncated archive is an error',
    before: `${TGZ}; head -c 100 a.tgz >b.tgz; rm a.tgz`,
    args: unpack('b.tgz'),
    fails: /Failed to read the archive/,
  },
  ...['tar', 'zip'].flatMap((kind): readonly ModuleCase[] => {
    const pack = kind === 'tar' ? tarOf : zipOf
    const archive = (members: readonly Member[]) => ({
      before: `mkdir out; ${writes(`a.${kind}`, pack(members))}`,
      args: unpack(`a.${kind}`),
    })
    return [
      {
        name: `a member above the destination is refused (${kind})`,
        ...archive([{ name: '../x', content: 'x' }]),
        fails: /Refusing to unpack .*("\.\.\/x" would lie above|begin with "\.\.\/")/,
      },
      {
        name: `a member with an absolute name is refused (${kind})`,
        ...archive([{ name: '/tmp/evil-x', content: 'x' }]),
        fails: /Refusing to unpack .*(absolute|begin with "\/")/,
      },
      {
        name: `a member behind a link that leaves the destination is refused (${kind})`,
        ...archive([
          { name: 'way', type: '2', target: '/etc' },
          { name: 'way/x', content: 'x' },
        ]),
        fails: /Refusing to unpack .*"way\/x" would be written through the link "way"/,
        // busybox's unzip does not tell links from files; it makes them last, so nothing is written through one.
        ...(kind === 'zip' && { userland: 'gnu' }),
      },
    ]
  }),
  {
    name: 'a device is refused',
    before: `mkdir out; ${writes('a.tar', tarOf([{ name: 'null', type: '3' }]))}`,
    args: unpack('a.tar'),
    fails: /Refusing to unpack .*"null" is a device/,
  },
]
