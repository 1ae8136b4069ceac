import { defineModule, nothing } from '../core/module.ts'
import { Script } from '../core/quote.ts'
import {
  type ListedService,
  parseChkconfig,
  parseOpenrc,
  parseStatusAll,
  parseSystemd,
} from './services/list.ts'

// systemctl is asked once for all that no list tells; a template has no state, and would end the whole answer.
const PROBE = new Script(`LC_ALL=C; export LC_ALL; has() { command -v "$1" >/dev/null 2>&1; }
if has rc-status && has rc-update; then
  echo @openrc; rc-status -a -s -m 2>/dev/null; echo @runlevels; rc-update show -v 2>/dev/null
elif has chkconfig; then
  l=$(chkconfig --list 2>/dev/null); printf '@chkconfig\\n%s\\n@codes\\n' "$l"
  printf '%s\\n' "$l" | while read -r n r; do case $r in 0:*) service "$n" status >/dev/null 2>&1 </dev/null; echo "$n $?";; esac; done
elif has service && [ -d /etc/init.d ]; then
  echo @status; service --status-all 2>/dev/null
fi
if grep -q systemd /proc/1/comm 2>/dev/null && has systemctl; then
  u=$(systemctl list-units --no-pager --no-legend --plain --type service --all)
  f=$(systemctl list-unit-files --no-pager --no-legend --type service --all)
  printf '@units\\n%s\\n@files\\n%s\\n@idle\\n' "$u" "$f"
  set -f; set --
  for n in $(printf '%s\\n' "$f" | cut -d' ' -f1); do
    case $n in *@.service) continue;; esac
    case "
$u" in *"
$n "*) ;; *) set -- "$@" "$n";; esac
  done
  [ $# -eq 0 ] || systemctl show --no-pager --property=Names,ActiveState -- "$@"
fi
true`)

/**
 * Read the state of all services, as facts.
 * Results: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/service_facts_module.html
 *
 * @example
 * { service_facts: null }
 */
export const service_facts = defineModule({
  name: 'service_facts',
  doc: 'Read the state of all services, as facts',
  args: {},
  probe: () => PROBE,
  parse: ({ text }) => parseServices(text),
  plan(_args, services) {
    if (services.length === 0) {
      const skipped =
        'Failed to find any services: the target has no systemd, OpenRC, chkconfig, or scripts in /etc/init.d.'
      return { ...nothing(), skipped }
    }
    return nothing({
      ansible_facts: { services: Object.fromEntries(services.map((service) => [service.name, service])) },
    })
  },
})

/** Reads what the probe printed. */
export function parseServices(text: string): readonly ListedService[] {
  const sections = new Map(
    text
      .split(/^@(?=[a-z]+$)/m)
      .slice(1)
      .map((section) => {
        const end = section.indexOf('\n')
        return [section.slice(0, end), section.slice(end + 1)] as const
      }),
  )
  const printed = (name: string) => sections.get(name) ?? ''
  return [
    ...parseStatusAll(printed('status')),
    ...parseChkconfig(printed('chkconfig'), printed('codes')),
    ...parseOpenrc(printed('openrc'), printed('runlevels')),
    ...parseSystemd(printed('units'), printed('files'), printed('idle')),
  ]
}
