/**
 * Shell text that ends all descendants of a process, but not the process itself: SIGTERM, a second later
 * SIGKILL. It is run by another shell of the same user. They are stopped while they are counted, so that none
 * can fork out of sight; and told by their start time, so that a number given anew is left alone. Prints the
 * process ids that are still there.
 */
export function endDescendants(pid: number): string {
  return `
root=${pid}
processes() {
  if [ ! -r /proc/self/stat ]; then ps -A -o pid= -o ppid= | while read -r p parent; do echo "$p $parent -"; done; return; fi
  set -f
  for p in $(set +f; cd /proc && echo [0-9]*); do
    line=; while IFS= read -r part; do line=$line$part; done <"/proc/$p/stat"
    set -- \${line##*') '}
    case \${1:-Z} in (Z|X) ;; (*) echo "$p $2 \${20}" ;; esac
  done 2>/dev/null
  set +f
}
family() {
  more=y
  while [ -n "$more" ]; do
    more=
    while read -r p parent start; do
      case " $pids " in
        (*" $p "*) ;;
        (*" $parent "*) pids="$pids $p"; victims="$victims $p:$start"; more=y ;;
      esac
    done <<TABLE
$table
TABLE
  done
}
freeze() {
  frozen=none
  while [ "$frozen" != "$pids" ]; do
    frozen=$pids; table=$(processes); family
    signal STOP
  done
}
signal() { for victim in $victims; do kill -$1 \${victim%:*} 2>/dev/null; done; }
survivors() {
  table=$(processes); left=
  for victim in $victims; do
    while read -r p parent start; do
      if [ "$p:$start" = "$victim" ]; then left="$left $victim"; break; fi
    done <<TABLE
$table
TABLE
  done
  victims=$left
}
pids=$root victims=
freeze
signal TERM
signal CONT
for turn in 1 2 3 4 5 6 7 8 9 10; do
  survivors
  [ -n "$victims" ] || break
  sleep 0.1 2>/dev/null || sleep 1
done
freeze
signal KILL
for turn in 1 2 3 4 5; do
  survivors
  [ -n "$victims" ] || break
  sleep 0.1 2>/dev/null || sleep 1
done
for victim in $victims; do printf '%s ' "\${victim%:*}"; done`
}
