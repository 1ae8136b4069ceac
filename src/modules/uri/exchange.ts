import { PLACE } from '../../core/place.ts'
import { lines, Script, sh } from '../../core/quote.ts'
import { hostPath } from '../shared/path-state.ts'
import type { Piece } from './body.ts'
import { type Exchange, parseUrl, requestTool } from './tools.ts'

/**
 * Shell text that makes a request, following redirects as is wanted, and prints what `readAnswer` reads: fields that
 * end in NUL bytes. It takes curl, else GNU wget, else busybox's wget for what that can do. Whatever could be a
 * secret travels on stdin, or in a file that no other user can open: never as an argument.
 * @throws {ArgumentError} for a URL or a header that cannot be sent
 */
export function exchangeScript(exchange: Exchange): Script {
  const { folder, url, method, status_code, keep } = exchange
  return lines(
    // The folder of the folder is the shell's own, and empty afterwards.
    PLACE,
    sh`umask 077; ( place_keep ${parent(folder)} ) && rm -rf -- ${folder} && mkdir -- ${folder} || exit 1
trap ${`cd ${quoteIn(folder)} && rm -f send head heads next said jar log config; ${keep ? '' : 'rm -f body; '}cd /; rmdir -- ${quoteIn(folder)} 2>/dev/null; rmdir -- ${quoteIn(parent(folder))} 2>/dev/null; :`} EXIT
trap 'exit 129' HUP INT TERM`,
    ...exchange.body.map((piece) => sendPiece(piece, `${folder}/send`)),
    sh`cd ${folder} || exit 1`,
    sh`u=${withoutCredentials(url)}; m=${method}; n=0; d=${exchange.body.length > 0 ? 1 : ''}; : >heads; : >said; : >head; : >body
policy=${exchange.follow_redirects}; accepted=${` ${status_code.join(' ')} `}; content=${exchange.return_content ? 1 : ''}`,
    requestTool(exchange),
    RULES,
    keep ? sh`case $accepted in *" $c "*) [ "$c" != 304 ] || rm -f body ;; *) rm -f body ;; esac` : undefined,
  )
}

const parent = (path: string) => path.slice(0, path.lastIndexOf('/'))
const quoteIn = (path: string) => `'${path.replaceAll("'", `'\\''`)}'`

function sendPiece(piece: Piece, to: string): Script {
  if (!Buffer.isBuffer(piece)) return sh`cat <${hostPath(piece.path)} >>${to} || exit 1`
  const base64 = piece.toString('base64')
  return sh`printf %s ${base64} | if command -v base64 >/dev/null 2>&1; then base64 -d; else openssl base64 -d -A; fi >>${to} || exit 1`
}

function withoutCredentials(text: string): string {
  const url = parseUrl(text)
  url.username = ''
  url.password = ''
  return url.href
}

// Ten redirects at most, as everywhere. The origin is scheme, host and port: another's server gets no credentials.
const RULES = new Script(
  [
    `origin() { o=\${1#*://}; printf %s "\${1%%://*}://\${o%%[/?#]*}"; }`,
    `home=$(origin "$u"); foreign=`,
    'while :; do',
    '  hop',
    `  cat head >>heads; c=$(sed -n 's/^HTTP\\/[0-9.]* \\([0-9]*\\).*/\\1/p' head | tail -n 1)`,
    // What is no HTTP, a file for one, has no code of its own.
    `  case $u in http*) ;; *) [ $s -ne 0 ] || c=200 ;; esac`,
    `  case $c in 301|302|303|307|308) ;; *) break ;; esac`,
    `  [ -n "$v" ] && [ $n -lt 10 ] || break`,
    `  case $policy,$m,$c in all,*|yes,*|safe,GET,*|safe,HEAD,*) ;;`,
    `    urllib2,GET,*|urllib2,HEAD,*|urllib2,POST,30[123]) ;; *) break ;; esac`,
    `  case $c,$m in 303,HEAD|302,HEAD|307,*|308,*) ;; 303,*|302,*|301,POST) m=GET; d= ;; *) d= ;; esac`,
    `  u=$v; n=$((n + 1)); [ "$(origin "$u")" = "$home" ] && foreign= || foreign=1`,
    'done',
    `printf '%s\\000%s\\000' "$s" "\${c:--1}"; [ $n -eq 0 ] || printf %s "$u"; printf '\\000'`,
    `grep -v '^ ' said | tail -n 20; printf '\\000'; cat heads; printf '\\000'; cat head; printf '\\000'`,
    `show=$content; case $accepted in *" $c "*) ;; *) show=1 ;; esac`,
    `[ -n "$show" ] || show=$(tr -d '\\r' <head | grep -i '^content-type:.*[/+]\\(json\\|javascript\\)')`,
    `[ -z "$show" ] || cat body; printf '\\000'`,
  ].join('\n'),
)
