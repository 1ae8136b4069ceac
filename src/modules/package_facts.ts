import type { ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { lines, sh } from '../core/quote.ts'
import { type InstalledPackage, LISTERS, type PackageLister } from './packages/installed.ts'

/** Other words for a manager. */
const SAME: Readonly<Record<string, string>> = {
  dnf: 'rpm',
  dnf5: 'rpm',
  yum: 'rpm',
  zypper: 'rpm',
}

const ARGS = {
  manager: {
    type: 'list',
    elements: 'str',
    choices: [
      'auto',
      'rpm',
      'yum',
      'dnf',
      'dnf5',
      'zypper',
      'apt',
      'portage',
      'pkg',
      'pkg5',
      'pkgng',
      'pacman',
      'apk',
      'pkg_info',
      'openbsd_pkg',
    ],
    default: ['auto'],
    doc: 'The package managers to ask; auto asks all that Linux has. Those of the BSDs are there on none',
  },
  strategy: {
    type: 'str',
    choices: ['first', 'all'],
    default: 'first',
    doc: 'Whether the first that is there is enough',
  },
} as const satisfies ArgumentSpecs

/**
 * Read which packages are installed, as facts.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/package_facts_module.html
 *
 * @example
 * { package_facts: { manager: 'auto' } }
 */
export const package_facts = defineModule({
  name: 'package_facts',
  doc: 'Read which packages are installed, as facts',
  args: ARGS,
  probe({ manager, strategy }) {
    const stop = strategy === 'first' ? sh`[ $r -ne 0 ] || exit 0` : undefined
    return lines(
      ...listersFor(manager).map(({ source, script }) =>
        lines(sh`printf '\001%s\n' ${source}`, lines(sh`(`, script, sh`); r=$?; printf '\002%s' $r`), stop),
      ),
      sh`true`,
    )
  },
  parse: ({ text }, { manager }) => parseFound(text, manager),
  plan({ manager }, found) {
    if (found.length === 0) {
      const tried = manager.join(', ')
      return {
        ...nothing(),
        failed: `Could not detect a supported package manager from the following list: ${tried}`,
      }
    }
    const packages = new Map<string, InstalledPackage[]>()
    for (const one of found.flat()) {
      packages.set(one.name, [...(packages.get(one.name) ?? []), one])
    }
    return nothing({ ansible_facts: { packages: Object.fromEntries(packages) } })
  },
})

function listersFor(managers: readonly string[]): readonly PackageLister[] {
  const names = managers.flatMap((word) =>
    word === 'auto' ? LISTERS.map(({ source }) => source) : [SAME[word] ?? word],
  )
  return [...new Set(names)].flatMap((name) => LISTERS.find(({ source }) => source === name) ?? [])
}

/** The packages of each manager that was there. */
function parseFound(text: string, managers: readonly string[]): readonly (readonly InstalledPackage[])[] {
  return text.split('\u0001').flatMap((section) => {
    const [, source, printed = '', code] = /^(\w+)\n([\s\S]*)\u0002(\d+)$/.exec(section) ?? []
    const lister = listersFor(managers).find((one) => one.source === source)
    if (lister === undefined || code !== '0') return []
    return [lister.parse(printed).map((one) => ({ ...one, source: lister.source }))]
  })
}
