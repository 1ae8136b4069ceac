import { library } from './quote.ts'

/**
 * Shell functions for changing names in a directory that others may write to. A directory is entered once and its names
 * are used relative to it, so that renaming it, or a directory above it, changes nothing. Names in it stay in the hands
 * of whoever may write to it, so new files get their content, owner and mode in a directory that only we can change.
 *
 * - `place_enter DIRECTORY` changes into it. It refuses a symbolic link on the way that belongs to another user and
 *   leads to what is not theirs (`place_way`).
 * - `place_beside PATH` enters the directory of a path; `$w_n` is the name in it.
 * - `place_apart` makes a private directory in the one entered and enters it, so that names of the other are `../NAME`.
 *   Sets `w_own` (owner and group of new files), and of what has the name `$w_n`: `w_old` (owner:group, empty for
 *   nothing and for a link), `w_mode`. The private directory, and `./$w_n` in it, are removed when the script ends.
 * - `place_unwritten` fails, and says whether the disk is full.
 * - `place_own FILE OWNER GROUP` gives it to them (empty: to those of what it replaces).
 * - `place_put FROM TO` renames, and replaces a symbolic link to a directory instead of going into it.
 * - `place_keep DIRECTORY` enters a private directory that is kept for a while, or makes it.
 * - `place_folder OWNER MODE` makes the directory `$w_n`; empty words leave the default.
 * - `place_set UIDS TYPE OWNER MODE` changes owner or mode of `$w_n`, which must be of that type (`d`, `l` or `f` for the
 *   rest) and belong to one of these users. Where others may swap names, it is held by a second name in a private directory.
 * - `place_link TARGET` and `place_name FILE` make `$w_n` a symbolic or a hard link.
 */
export const PLACE = library(`place_fail() { printf '%s\\n' "$1" >&2; exit 1; }
place_unwritten() {
  w_free=$(df -P -k . 2>/dev/null | { read -r w_x; read -r w_x w_x w_x w_free w_x; printf %s "$w_free"; })
  case $w_free in 0|[1-9]|[1-5][0-9]) place_fail "$w_up/$w_n cannot be written: the disk is full ($w_free KiB are free)" ;; esac
  place_fail "$w_up/$w_n cannot be written"
}
place_enter() {
  w_me=\${playscript_identity-$(id)}; w_me=\${w_me#uid=}; w_me=\${w_me%%[!0-9]*}
  case $1 in /*) w_path=$1 ;; *) w_path=$(pwd -P)/$1 ;; esac
  cd -P -- "$1" || exit 1
  [ "$PWD" = "$w_path" ] || place_way "$w_path"
}
place_way() {
  w_rest=$1; w_at=; w_links=; w_count=0
  while [ -n "$w_rest" ]; do
    w_part=\${w_rest%%/*}
    case $w_rest in */*) w_rest=\${w_rest#*/} ;; *) w_rest= ;; esac
    case $w_part in ''|.) continue ;; ..) w_at=\${w_at%/*}; continue ;; esac
    w_at=$w_at/$w_part
    [ -L "$w_at" ] || continue
    w_count=$((w_count + 1)); [ $w_count -le 40 ] || place_fail "$1: too many symbolic links"
    w_link=$(stat -c '%u %f %d:%i' -- "$w_at") && w_to=$(readlink -n -- "$w_at" && printf /) || exit 1
    [ "$w_link" = "$(stat -c '%u %f %d:%i' -- "$w_at")" ] || place_fail "$w_at changed while it was followed"
    w_owner=\${w_link%% *}
    case $w_owner in 0|"$w_me") ;; *) w_links="$w_links $w_owner" ;; esac
    case $w_to in /*) w_at= ;; *) w_at=\${w_at%/*} ;; esac
    w_rest=$w_to$w_rest
  done
  [ "\${w_at:-/}" = "$PWD" ] || place_fail "$1 changed while it was entered"
  [ -n "$w_links" ] || return 0
  w_owner=$(stat -c %u .) || exit 1
  for w_link in $w_links; do
    [ "$w_link" = "$w_owner" ] || place_fail "$1 leads through a symbolic link of user $w_link to $PWD, which belongs to user $w_owner: name the directory itself"
  done
}
place_beside() {
  case $1 in */*) w_n=\${1%/*}/ ;; *) w_n=. ;; esac
  [ "$w_n" = / ] || w_n=\${w_n%/}
  place_enter "$w_n"; w_n=\${1##*/}
}
place_apart() {
  w_dir=; w_there=
  trap place_leave EXIT; trap 'place_leave; exit 129' HUP INT PIPE TERM
  w_up=\${PWD%/}; w_dir=$(mktemp -d ./.playscript.XXXXXXXXXX) || exit 1
  cd -P -- "$w_dir" || exit 1
  [ "$PWD" = "$w_up/\${w_dir#./}" ] || place_fail "$w_up/\${w_dir#./} was replaced as soon as it was made"
  w_old=$(stat -c '%u:%g %a %f %h' . "../$w_n" 2>/dev/null)
  place_read $w_old
}
place_read() {
  w_own=$1; w_mode=$6; w_type=$7; w_links=$8; w_found="$5 $7"
  case $w_type in a*) w_old= ;; *) w_old=$5 ;; esac
  case $2 in *[2367]?|*[2367]) w_own= ;; esac
  case $w_own in
    "$w_me":*) ;;
    *) case $(stat -f -c %T . 2>/dev/null) in
        nfs*|cifs|smb*|*fat|msdos|fuse*|9p|v9fs|ntfs*) w_own=$1 ;;
        *) place_fail "$PWD was replaced as soon as it was made" ;;
      esac ;;
  esac
  w_there=1
  case $w_type in
    4*) place_fail "$w_up/$w_n is a directory" ;;
    a*) w_mode= ;;
  esac
}
place_leave() {
  [ -n "$w_dir" ] || return
  [ -z "$w_there" ] || rm -f -- "./$w_n" ./.playscript.old
  cd .. && rmdir -- "$w_dir" 2>/dev/null
  w_dir=
}
place_own() {
  if [ -n "$w_old" ] && [ "$w_me" = 0 ]; then
    set -- "$1" "\${2:-\${w_old%:*}}" "\${3:-\${w_old#*:}}"
    [ "$2:$3" = "$w_own" ] && return
  elif [ -n "$w_old" ] && [ "$w_old" != "$w_own" ]; then
    chown -h -- "$w_old" "$1" 2>/dev/null
  fi
  [ -z "$2$3" ] || chown -h -- "$2\${3:+:$3}" "$1"
}
place_same() {
  [ -z "$w_old" ] || [ "\${w_old%:*}" = "$1" ] || place_fail "$w_up/$w_n was replaced by a file of user \${w_old%:*} meanwhile"
}
place_backup() {
  [ -n "$w_type" ] || return 0
  [ ! -e "../$1" ] && [ ! -L "../$1" ] || place_fail "$w_up/$1 exists"
  { [ "$w_links" = 1 ] && { ln -P -- "../$w_n" ./.playscript.old || ln -- "../$w_n" ./.playscript.old; } 2>/dev/null; } ||
    { [ ! -p "../$w_n" ] && cp -p -P -- "../$w_n" ./.playscript.old; } || exit 1
  [ "$(stat -c '%u:%g %f' ./.playscript.old)" = "$w_found" ] || place_fail "$w_up/$w_n changed while it was backed up"
  place_put ./.playscript.old "../$1" && printf %s "$w_up/$1"
}
place_put() {
  w_said=$(mv -f -T -- "$1" "$2" 2>&1) && return
  case $w_said in *option*T*) ;; *) place_fail "$w_said" ;; esac
  [ ! -L "$2" ] || rm -f -- "$2" || exit 1
  [ ! -d "$2" ] || place_fail "\${2#../} is a directory"
  mv -f -- "$1" "$2"
}
place_keep() {
  umask 077
  [ -d "\${1%/*}" ] || mkdir -p -- "\${1%/*}" || exit 1
  [ -d "$1" ] || mkdir -m 700 -- "$1" || exit 1
  place_enter "$1"
  case $(stat -c '%u %a' .) in "$w_me 700"|"$w_me 2700") ;; *) place_fail "$1 was replaced by something that is not ours" ;; esac
}
place_folder() {
  if [ -z "$1$2" ]; then mkdir -- "./$w_n"; return; fi
  w_up=\${PWD%/}
  mkdir -m 0700 -- "./$w_n" && cd -P -- "./$w_n" || exit 1
  [ "$PWD" = "$w_up/$w_n" ] && place_ours && place_empty * .[!.]* ..?* || place_fail "$w_up/$w_n was replaced as soon as it was made"
  [ -z "$1" ] || chown -h -- "$1" . || exit 1
  chmod -- "\${2:-=rwx}" .
}
place_ours() {
  set -- $(stat -c '%u %a' .)
  [ "$1" = "$w_me" ] && case $2 in *[2367]?|*[2367]) false ;; esac
}
place_empty() {
  for w_file; do if [ -e "./$w_file" ] || [ -L "./$w_file" ]; then return 1; fi; done
}
place_set() {
  w_up=\${PWD%/}
  if [ "$2" = d ] && cd -P -- "./$w_n" 2>/dev/null; then
    [ "$PWD" = "$w_up/$w_n" ] || place_fail "$w_up/$w_n became a symbolic link"
    place_is "$1" d $(stat -c '%u %f' .)
    place_give . "$3" "$4"
    return
  fi
  w_seen=$(stat -c '%u %f %a' . "./$w_n") || exit 1
  place_known "$@" $w_seen
}
place_known() {
  place_is "$1" "$2" "$8" "$9"
  case $5,$7 in "$w_me",*|0,*) case $7 in *[2367]?|*[2367]) ;; *) place_give "./$w_n" "$3" "$4"; return ;; esac ;; esac
  if [ "$w_me" != 0 ] && [ ! -w . ]; then place_give "./$w_n" "$3" "$4"; return; fi
  place_apart
  { ln -P -- "../$w_n" ./.playscript.old || ln -- "../$w_n" ./.playscript.old; } || exit 1
  place_is "$1" "$2" $(stat -c '%u %f' ./.playscript.old)
  place_give ./.playscript.old "$3" "$4"
}
place_is() {
  case $4 in 4*) w_type=d ;; a*) w_type=l ;; *) w_type=f ;; esac
  case $2$w_type in dd|ff|ll) ;; *) place_fail "$w_up/$w_n became something else: it was replaced meanwhile" ;; esac
  case " $1 " in "  "|*" $3 "*) ;; *) place_fail "$w_up/$w_n was replaced by something of user $3 meanwhile" ;; esac
}
place_give() {
  [ -z "$2" ] || chown -h -- "$2" "$1" || exit 1
  [ -z "$3" ] || chmod -- "$3" "$1" || exit 1
}
place_link() {
  w_said=$(ln -s -f -n -T -- "$1" "./$w_n" 2>&1) && return
  case $w_said in *option*T*) ln -s -f -n -- "$1" "./$w_n" ;; *) place_fail "$w_said" ;; esac
}
place_name() {
  w_said=$(ln -f -T -- "$1" "./$w_n" 2>&1) && return
  case $w_said in *option*T*) ln -f -- "$1" "./$w_n" ;; *) place_fail "$w_said" ;; esac
}`)
