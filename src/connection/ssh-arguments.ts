import { shellWords } from '../core/shell-words.ts'

/** What `ansible_ssh_common_args` and the like ask for, in the form in which `ssh -o` takes it. */
export interface SshArguments {
  /** `Name=value`, in order; for ssh the first value of a name wins. */
  readonly options: readonly string[]
  readonly configFile: string | undefined
}

/** Letters of ssh(1) that take a value and stand for an option of ssh_config(5). */
const VALUED: Readonly<Record<string, string>> = {
  B: 'BindInterface',
  b: 'BindAddress',
  c: 'Ciphers',
  i: 'IdentityFile',
  J: 'ProxyJump',
  l: 'User',
  m: 'MACs',
  p: 'Port',
  S: 'ControlPath',
}

const SWITCHES: Readonly<Record<string, string>> = {
  4: 'AddressFamily=inet',
  6: 'AddressFamily=inet6',
  A: 'ForwardAgent=yes',
  a: 'ForwardAgent=no',
  C: 'Compression=yes',
}

/** Letters about terminals, forwarding to X11 and talkativeness: nothing that a connection of ours would do. */
const WITHOUT_EFFECT = new Set('fGgKkMNnqsTtvXxYy')

/** Further letters that take a value, which has to be skipped with them. */
const UNSUPPORTED_VALUED = new Set('DEeILOQRWw')

/**
 * Reads ssh's command line options. What we do not know is left out, with a warning.
 * @throws {ArgumentError} when a quote is not closed
 */
export function parseSshArguments(text: string | undefined, warn: (message: string) => void): SshArguments {
  const words = shellWords(text ?? '')
  const options: string[] = []
  let configFile: string | undefined
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    if (!/^-[^-]/.test(word)) {
      warn(`ssh argument ${JSON.stringify(word)} is ignored: it is no option`)
      continue
    }
    for (let at = 1; at < word.length; at += 1) {
      const letter = word[at] ?? ''
      const takesValue =
        letter === 'o' || letter === 'F' || letter in VALUED || UNSUPPORTED_VALUED.has(letter)
      let value = takesValue ? word.slice(at + 1) : ''
      if (takesValue && value === '') {
        index += 1
        value = words[index] ?? ''
      }
      if (letter === 'o') options.push(nameAndValue(value))
      else if (letter === 'F') configFile = value
      else if (letter in VALUED) options.push(`${VALUED[letter]}=${value}`)
      else if (letter in SWITCHES) options.push(SWITCHES[letter] ?? '')
      else if (!WITHOUT_EFFECT.has(letter))
        warn(`ssh option -${letter}${value && ` ${value}`} is ignored: it is not supported here`)
      if (takesValue) break
    }
  }
  return { options, configFile }
}

// `-o "Name value"` and `-o Name=value` are the same to ssh.
function nameAndValue(text: string): string {
  const [, name = '', value = ''] = /^\s*([^\s=]+)\s*(?:=|\s)\s*(.*)$/s.exec(text) ?? []
  return name === '' ? text : `${name}=${value}`
}
