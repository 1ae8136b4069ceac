import type { Step } from '../../core/module.ts'
import { PLACE } from '../../core/place.ts'
import { lines, operands, type Script, sh } from '../../core/quote.ts'
import { keyFile, type WantedUser } from './wanted.ts'

/** A step that makes an SSH key pair which belongs to the user; an existing one is overwritten. */
export function keyStep(wanted: WantedUser): Step {
  const { name, ssh_key_type, ssh_key_bits, ssh_key_comment, ssh_key_passphrase } = wanted
  const key = keyFile(wanted)
  const bits = ssh_key_bits === undefined ? [] : ['-b', ssh_key_bits]
  const comment =
    ssh_key_comment === undefined ? sh`"ansible-generated on $(uname -n)"` : sh`${ssh_key_comment}`
  const keygen = sh`ssh-keygen -q -t ${ssh_key_type} ${bits} -C ${comment} -f "./$w_n"`
  return {
    kind: 'script',
    label: `make an SSH key for ${name}`,
    script: lines(
      PLACE,
      sh`h=$(getent ${operands('passwd', name)} | cut -d: -f6); u=$(id -u ${operands(name)}):$(id -g ${operands(name)})`,
      key.startsWith('/') ? sh`k=${key}` : sh`k=$h/${key}`,
      sh`umask 077; d=$(dirname -- "$k")`,
      sh`if [ ! -d "$d" ]; then ( place_beside "$d"; place_folder "$u" 0700 ) || exit 1; fi`,
      // In a private directory: the user may swap names in theirs.
      sh`place_beside "$k"; place_apart`,
      ssh_key_passphrase
        ? withPassphrase(keygen, ssh_key_passphrase)
        : sh`${keygen} -N '' </dev/null || exit 1`,
      sh`chmod -- 0644 "./$w_n.pub" && chown -- "$u" "./$w_n" "./$w_n.pub" || exit 1`,
      sh`place_put "./$w_n.pub" "../$w_n.pub" && place_put "./$w_n" "../$w_n" || exit 1; w_there=`,
    ),
  }
}

// ssh-keygen takes a passphrase as an argument, which a list of processes would show, or asks a program for it.
function withPassphrase(keygen: Script, passphrase: string): Script {
  return lines(
    sh`s=$(mktemp -d) || exit 1; trap 'rm -rf -- "$s"; place_leave' EXIT`,
    sh`printf '%s\n' ${passphrase} >"$s/answer"; printf '#!/bin/sh\ncat %s/answer\n' "$s" >"$s/ask"; chmod 0700 "$s/ask"`,
    sh`SSH_ASKPASS="$s/ask" SSH_ASKPASS_REQUIRE=force DISPLAY=:0 ${keygen} </dev/null || exit 1`,
  )
}
