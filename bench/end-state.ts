import type { Lab } from '../test/lab/index.ts'

// What the k8s role leaves behind, without what differs from run to run: the content of keys and certificates, and
// times. Group and user ids may differ where their order may, so names are shown.
const roleState = `
cd /
shown() { find "$@" -printf '%p %y %m %u:%g %l\\n' 2>/dev/null; }
shown /usr/local/bin /etc/systemd/system /var/www /var/tmp -not -path '*systemd-private*' -not -path '*.ansible*'
find /usr/local/bin /etc/systemd/system /var/www /var/tmp -type f -not -name '*.pem' -not -path '*systemd-private*' \\
  -exec sha256sum {} +
getent passwd acme static-web-server | cut -d: -f1,6,7
getent group acme static-web-server | cut -d: -f1,4
cat /var/lib/playscript-lab/cilium-release
ls /etc/letsencrypt/live
for unit in wellknown-server.service static-web-server.service static-web-server-prepare.timer; do
  echo "$unit $(systemctl is-enabled $unit) $(systemctl is-active $unit)"
done`

const microState = `find /root/bench -printf '%p %y %m %u:%g\\n'; find /root/bench -type f -exec sha256sum {} +`

const SCRIPTS = { role: roleState, micro: microState }

/** What a work left on a host, as sorted lines of text. */
export async function endState(lab: Lab, host: string, work: keyof typeof SCRIPTS): Promise<string> {
  const { code, stdout, stderr } = await lab.sh(host, `{ ${SCRIPTS[work]}\n} | LC_ALL=C sort`)
  if (code !== 0) throw new Error(`the state of ${host} could not be read: ${stderr}`)
  return stdout
}

/** The lines in which two states differ. */
export function difference(one: string, other: string): readonly string[] {
  const [left, right] = [new Set(one.split('\n')), new Set(other.split('\n'))]
  return [
    ...[...left].filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...[...right].filter((line) => !left.has(line)).map((line) => `+ ${line}`),
  ]
}
