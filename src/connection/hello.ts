import { randomBytes } from 'node:crypto'
import { quote } from '../core/quote.ts'
import type { Target } from '../core/remote.ts'

/** The commands whose presence `Target.tools` tells. */
export const TOOLS: readonly string[] = `
  awk base64 cmp cp curl cut date dd df diff find flock git grep gpg head hexdump hostnamectl id
  install ip jq kubectl ln locale localectl logger lsblk lsof mktemp mount mountpoint nc nohup nproc
  od openssl patch perl pgrep pkill ps python3 readlink realpath rsync sed setsid sort ss stat sync
  sysctl systemctl tail tee timedatectl timeout touch tr uname wget md5sum sha1sum sha224sum sha256sum
  sha384sum sha512sum shasum sha256 cksum xxd bzip2 cpio gunzip gzip lz4 tar unxz unzip xz zip zstd ar
  apk apt-cache apt-get apt-key apt-mark debconf-set-selections dnf dpkg dpkg-query pacman rpm snap
  yum zypper dpkg-divert add-apt-repository update-alternatives addgroup adduser chage chpasswd
  delgroup deluser getent groupadd groupdel groupmod gpasswd passwd useradd userdel usermod visudo
  sudo doas su runuser chattr chcon chkconfig crontab getenforce getfacl lsattr modprobe openrc
  rc-service rc-update restorecon selinuxenabled service setfacl update-rc.d initctl iptables
  ip6tables nft ufw firewall-cmd ssh-keygen ssh-keyscan docker podman
`
  .trim()
  .split(/\s+/)

/**
 * The first request on a shell, run in the shell itself: settles the environment that scripts rely on, has the
 * shell remove its private folder when it ends, and prints what `readHello` reads.
 *
 * English and UTF-8 where the host has that, as Ansible's command modules choose it; no history, no start-up
 * files, no CDPATH (which makes `cd` print). The administrator's folders are on the PATH, since `su` and sshd
 * leave them out.
 * @param stale private folder of an earlier shell that was killed before it could remove it
 */
export function helloScript(stale?: string): string {
  const folder = `.playscript-${randomBytes(16).toString('hex')}`
  return `
case $(locale -a 2>/dev/null || echo C.UTF-8) in *C.[uU][tT][fF]*) LC_ALL=C.UTF-8 ;; *) LC_ALL=C ;; esac
LANG=$LC_ALL; export LC_ALL LANG
unset LANGUAGE CDPATH ENV BASH_ENV HISTFILE MAIL MAILCHECK PS4 2>/dev/null
for playscript_dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
  case :$PATH: in *:$playscript_dir:*) ;; *) PATH=\${PATH:+$PATH:}$playscript_dir ;; esac
done
unset playscript_dir; export PATH
if [ -w /var/tmp ] && [ -x /var/tmp ]; then playscript_temp=/var/tmp; else playscript_temp=/tmp; fi
playscript_temp=$playscript_temp/${folder}
${traps()}
[ -x . ] || cd || cd /
${stale === undefined ? '' : `rm -rf -- ${quote(stale)}`}
case $(stat --version 2>&1 </dev/null) in
  *BusyBox*) playscript_userland=busybox ;; *GNU*|*uutils*) playscript_userland=gnu ;; *) playscript_userland=other ;;
esac
playscript_identity=$(id)
printf '%s\\n' "temp $playscript_temp" "pid $$" "home $HOME" \\
  "system $(uname -s)" "id $playscript_identity" "userland $playscript_userland"
for playscript_tool in ${TOOLS.join(' ')}; do
  command -v $playscript_tool >/dev/null 2>&1 && printf 'tool %s\\n' $playscript_tool
done
unset playscript_tool playscript_userland; :`
}

// A signal that comes while the trap of EXIT begins would end the shell before it has done anything: with the link,
// the reader of its last words is gone. So each trap removes the folder itself.
function traps(): string {
  const remove = '[ ! -d "$playscript_temp" ] || rm -rf -- "$playscript_temp"'
  const signals = Object.entries({ HUP: 129, INT: 130, PIPE: 141, TERM: 143 })
  return [
    `trap '${remove}' EXIT`,
    ...signals.map(([name, code]) => `trap '${remove}; exit ${code}' ${name}`),
  ].join('; ')
}

const USERLANDS = ['gnu', 'busybox', 'other'] as const

/** Reads what the hello printed; undefined when it is not what a POSIX shell prints. */
export function readHello(text: string): Target | undefined {
  const fields = new Map<string, string>()
  const tools = new Set<string>()
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    if (name === 'tool') tools.add(value)
    else fields.set(name, value)
  }
  const temp = fields.get('temp')
  const pid = Number(fields.get('pid'))
  const [, uid = '', user] = /^uid=(\d+)(?:\((.*?)\))?/.exec(fields.get('id') ?? '') ?? []
  if (temp === undefined || !Number.isInteger(pid)) return undefined
  return {
    system: fields.get('system') ?? '',
    userland: USERLANDS.find((name) => name === fields.get('userland')) ?? 'other',
    user: user ?? uid,
    uid: Number(uid),
    home: fields.get('home') ?? '',
    pid,
    temp,
    tools,
  }
}
