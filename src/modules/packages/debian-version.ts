/**
 * Compares two versions of Debian packages: negative, zero or positive.
 * Rules: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)]
  return a.epoch - b.epoch || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision)
}

function parts(version: string): { epoch: number; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? []
  const dash = rest.lastIndexOf('-')
  return {
    epoch: Number(epoch),
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? '' : rest.slice(dash + 1),
  }
}

// By turns a part without digits and one of digits. In the former `~` sorts before all, the end included, and
// letters before everything else.
function comparePart(left: string, right: string): number {
  let [a, b] = [left, right]
  while (a !== '' || b !== '') {
    const [textA = '', textB = ''] = [/^\D*/.exec(a)?.[0], /^\D*/.exec(b)?.[0]]
    for (let index = 0; index < Math.max(textA.length, textB.length); index++) {
      const difference = weight(textA[index]) - weight(textB[index])
      if (difference !== 0) return difference
    }
    ;[a, b] = [a.slice(textA.length), b.slice(textB.length)]
    const [digitsA = '', digitsB = ''] = [/^\d*/.exec(a)?.[0], /^\d*/.exec(b)?.[0]]
    const difference = Number(digitsA) - Number(digitsB)
    if (difference !== 0) return difference
    ;[a, b] = [a.slice(digitsA.length), b.slice(digitsB.length)]
  }
  return 0
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0
  if (character === '~') return -1
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256
}
