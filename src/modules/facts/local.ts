import { type Script, sh } from '../../core/quote.ts'
import type { Variables } from '../../core/scope.ts'
import { readJson } from '../../core/values/read-json.ts'

/** Reads local facts: the files `*.fact` of a folder, or what they print where they are programs. */
export function probeLocal(folder: string): Script {
  return sh`for f in ${folder}/*.fact; do
  n=$(basename -- "$f")
  if [ -L "$f" ] && [ ! -e "$f" ]; then printf '\002dangling %s\n\n' "$n"; fi
  [ -f "$f" ] || continue
  if [ -x "$f" ]; then o=$("$f" 2>&1 </dev/null); r=$?; else o=$(cat -- "$f" 2>&1); r=$?; fi
  printf '\002%s %s\n%s\n' "$r" "$n" "$o"
done`
}

/** Reads what `probeLocal` printed: JSON, or else INI; a program that failed tells so in place of its facts. */
export function parseLocal(printed: string): Variables {
  const facts = printed
    .split('\u0002')
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n')
      const [, code = '0', name = ''] = /^(\w+) (.*)\.fact$/.exec(part.slice(0, end)) ?? []
      const text = part.slice(end + 1)
      const value =
        code === '0'
          ? parseFact(text)
          : code === 'dangling'
            ? 'Could not stat fact: the symbolic link leads nowhere'
            : `Failure executing fact script, rc: ${code}: ${text.trim()}`
      return [name, value] as const
    })
  return { local: Object.fromEntries(facts) }
}

function parseFact(text: string): unknown {
  try {
    return readJson(text)
  } catch {
    return parseIni(text)
  }
}

// As Python's configparser reads it: sections of options, names in lower case, `=` or `:` between.
function parseIni(text: string): unknown {
  const sections: Record<string, Record<string, string>> = {}
  let options: Record<string, string> | undefined
  let last: string | undefined
  for (const line of text.split('\n')) {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue
    const [, section] = /^\[([^\]]+)\]/.exec(line) ?? []
    const [, name, value = ''] = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line) ?? []
    if (section !== undefined) {
      options = {}
      sections[section] = options
    } else if (options !== undefined && /^\s/.test(line) && last !== undefined)
      options[last] += `\n${line.trim()}`
    else if (options !== undefined && name !== undefined) {
      last = name.toLowerCase()
      options[last] = value.trim()
    } else return `error loading facts as JSON or ini - please check content: ${line.trim()}`
  }
  return sections
}
