import type { Args, ArgumentSpecs } from '../../core/arguments.ts'
import { ArgumentError } from '../../core/errors.ts'
import { shellWords } from '../../core/shell-words.ts'

/** The parameters of the pip module. */
export const PIP_PARAMETERS = {
  name: {
    type: 'list',
    elements: 'str',
    doc: 'Packages: name, name with a version (name>=1,<2), a path, or the address of an archive or repository',
  },
  version: { type: 'str', doc: 'Version of the one package that name holds' },
  requirements: { type: 'str', doc: 'A requirements file on the target, instead of name' },
  state: {
    type: 'str',
    choices: ['absent', 'forcereinstall', 'latest', 'present'],
    default: 'present',
    doc: 'What is to be true of the packages',
  },
  virtualenv: { type: 'path', doc: 'A virtual environment to work in; it is made when it is not there' },
  virtualenv_command: {
    type: 'path',
    default: 'virtualenv',
    doc: 'What makes a virtual environment, python3 -m venv for one',
  },
  virtualenv_site_packages: {
    type: 'bool',
    default: false,
    doc: 'A new virtual environment sees the system’s packages',
  },
  virtualenv_python: { type: 'str', doc: 'The Python of a new virtual environment; not with venv' },
  executable: { type: 'path', doc: 'The pip to run: a path, or a name such as pip3.11' },
  extra_args: { type: 'str', doc: 'More arguments for pip' },
  editable: { type: 'bool', default: false, doc: 'Install so that changes of the source show at once' },
  chdir: { type: 'path', doc: 'Change into this folder first' },
  umask: { type: 'str', doc: 'The umask to work with, octal' },
  break_system_packages: {
    type: 'bool',
    default: false,
    doc: 'Also install where the system’s own package manager has the say',
  },
} as const satisfies ArgumentSpecs

/** Arguments as they are worked with: checked, names whole again and with their version. */
export interface PipWish extends Args<typeof PIP_PARAMETERS> {
  readonly names: readonly string[]
  readonly extra: readonly string[]
}

/** @throws {ArgumentError} for what does not go together */
export function checkPip(args: Args<typeof PIP_PARAMETERS>): PipWish {
  const { version, state, umask, virtualenv_command, virtualenv_python } = args
  if (state === 'latest' && version !== undefined) {
    throw new ArgumentError('pip: version is incompatible with state=latest')
  }
  if (umask !== undefined && !/^[0-7]{1,4}$/.test(umask)) {
    throw new ArgumentError(`pip: umask must be an octal number, and this is '${umask}'`)
  }
  if (virtualenv_python !== undefined && /pyvenv|-m venv/.test(virtualenv_command)) {
    throw new ArgumentError(
      'pip: virtualenv_python should not be used with venv; name that Python in virtualenv_command',
    )
  }
  const extra = shellWords(args.extra_args ?? '')
  return { ...args, names: withVersion(wholeNames(args.name ?? []), version), extra }
}

/** Text with commas was taken apart at them, also inside `name>=1,<2`. */
function wholeNames(parts: readonly string[]): readonly string[] {
  const names: string[] = []
  for (const part of parts.map((one) => one.trim()).filter((one) => one !== '')) {
    if (/^[<>=!~]/.test(part) && names.length > 0) names.push(`${names.pop()},${part}`)
    else names.push(part)
  }
  return names
}

function withVersion(names: readonly string[], version: string | undefined): readonly string[] {
  if (version === undefined) return names
  const [name = ''] = names
  if (names.length > 1) {
    throw new ArgumentError('pip: version is for one package; write each one’s version after its name')
  }
  if (/[<>=!~]/.test(name)) {
    throw new ArgumentError(`pip: '${name}' has a version already, so the parameter version must go`)
  }
  return [`${name}${/^\d/.test(version) ? '==' : ''}${version}`]
}

/** A distribution's name as they are compared: PEP 503. @example canonicalName('Foo.Bar[x]>=1') // foo-bar */
export function canonicalName(requirement: string): string {
  const [name = ''] = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement.trim()) ?? []
  return name.replace(/[-_.]+/g, '-').toLowerCase()
}
