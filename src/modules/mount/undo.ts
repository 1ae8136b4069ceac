import { digestCommand, sha1 } from '../../core/digest.ts'
import { type Script, sh } from '../../core/quote.ts'

/**
 * A script that takes back what was written to a table of mounts. Lines that another run has written meanwhile stay.
 * @param before the text it had; undefined where there was no file
 * @param after the text it was given
 */
export function undoEntry(file: string, before: string | undefined, after: string): Script | undefined {
  if (before === after) return undefined
  const write = (text: Script) =>
    sh`t=$(mktemp ${`${file}.XXXXXX`}) && cp -p -- ${file} "$t" && { ${text}; } >"$t" && mv -f -- "$t" ${file}`
  const whole = before === undefined ? sh`rm -f -- ${file}` : write(sh`printf %s ${before}`)
  const [had, has] = [before ?? '', after].map((text) => text.split('\n').filter((line) => line !== ''))
  const added = has?.filter((line) => !had?.includes(line)) ?? []
  const lost = had?.filter((line) => !has?.includes(line)) ?? []
  const back = lost.length === 0 ? sh`:` : sh`printf '%s\n' ${lost}`
  const lines = write(sh`grep -vxF -e ${added.join('\n')} ${file}; ${back}`)
  return sh`d=$( { ${digestCommand('sha1')}; } <${file}); case $d in ${sha1(after)}*) ${whole} ;; *) ${lines} ;; esac`
}
