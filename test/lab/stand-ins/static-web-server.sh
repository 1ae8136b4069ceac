#!/bin/sh
# Stand-in for static-web-server v2.43.0 of playscript's lab. It is not static-web-server.
# It takes the real program's command line and SERVER_* environment and serves with nginx: HTTP/1.1, or HTTP/2 over
# TLS with certificates that are read at start only, as the real one does. Nothing of it needs root but a low port.
set -eu
host=${SERVER_HOST:-::}
port=${SERVER_PORT:-80}
root=${SERVER_ROOT:-./public}
level=${SERVER_LOG_LEVEL:-error}
http2=${SERVER_HTTP2_TLS:-false}
certificate=${SERVER_HTTP2_TLS_CERT:-}
key=${SERVER_HTTP2_TLS_KEY:-}
compression=${SERVER_COMPRESSION:-true}
health=${SERVER_HEALTH:-false}
metrics=${SERVER_EXPERIMENTAL_METRICS:-false}

usage() {
  printf "error: %s\n\nFor more information, try '--help'.\n" "$1" >&2
  exit 2
}

switch() { # name value: a switch is true, false, or alone for true
  case $2 in
  true | false) eval "$1=$2" ;;
  *) usage "invalid value '$2' for '--$1': value was not a boolean" ;;
  esac
}

while [ $# -gt 0 ]; do
  option=$1
  shift
  case $option in
  --*=*) set -- "${option#*=}" "$@" && option=${option%%=*} && given=yes ;;
  *)
    given=no
    case ${1-} in '' | -*) ;; *) given=yes ;; esac
    ;;
  esac
  name=
  case $option in
  -V | --version)
    printf 'Version:      2.43.0\nBuild target: stand-in (nginx)\n'
    exit
    ;;
  -h | --help)
    echo 'Usage: static-web-server [OPTIONS] (stand-in: see the real documentation for the options)'
    exit
    ;;
  -t | --http2) name=http2 ;;
  -x | --compression) name=compression ;;
  --health) name=health ;;
  --experimental-metrics) name=metrics ;;
  -z | --directory-listing | --security-headers | -e | --cache-control-headers | --ignore-hidden-files | \
    --disable-symlinks | --log-remote-address | --log-with-ansi | --compression-static | --redirect-trailing-slash)
    name=unused
    ;;
  esac
  if [ -n "$name" ]; then
    if [ $given = yes ]; then
      switch $name "$1"
      shift
    else
      switch $name true
    fi
    continue
  fi
  case $option in
  -a | --host | -p | --port | -d | --root | -g | --log-level | --http2-tls-cert | --http2-tls-key | \
    -n | --threads-multiplier | -q | --grace-period | --compression-level | --index-files) ;;
  *) usage "unexpected argument '$option' found" ;;
  esac
  [ $given = yes ] || usage "a value is required for '$option' but none was supplied"
  case $option in
  -a | --host) host=$1 ;;
  -p | --port) port=$1 ;;
  -d | --root) root=$1 ;;
  -g | --log-level) level=$1 ;;
  --http2-tls-cert) certificate=$1 ;;
  --http2-tls-key) key=$1 ;;
  esac
  shift
done

fail() {
  printf 'Error: %s\n' "$1" >&2
  exit 1
}
case $port in '' | *[!0-9]*) usage "invalid value '$port' for '--port <PORT>'" ;; esac
case $host in *:*) address="[$host]:$port" ;; *) address=$host:$port ;; esac
root=$(cd "$root" 2>/dev/null && pwd -P) || fail 'root path is not found or inaccessible'
tls=
scheme=http
if [ "$http2" = true ]; then
  for file in "$certificate" "$key"; do [ -s "$file" ] || fail "failed to initialize TLS: cannot read '$file'"; done
  tls="http2 on; ssl_certificate $(realpath "$certificate"); ssl_certificate_key $(realpath "$key");"
  scheme=https
fi
case $level in trace | debug) level=debug ;; info | warn | error) ;; *) usage "invalid value '$level' for '--log-level'" ;; esac

dir=$(mktemp -d)
{
  echo "daemon off; worker_processes 1; pid $dir/pid; error_log stderr $level; events {}"
  echo "http { include /etc/nginx/mime.types; default_type application/octet-stream; access_log off; server_tokens off;"
  for path in client_body proxy fastcgi uwsgi scgi; do echo "${path}_temp_path $dir/$path;"; done
  [ "$compression" = false ] || echo 'gzip on; gzip_types text/plain text/css application/json application/javascript;'
  echo "server { listen $address${tls:+ ssl}; $tls root $root;"
  [ "$health" = false ] || echo 'location = /health { default_type text/html; return 200 ""; }'
  [ "$metrics" = false ] || echo 'location = /metrics { default_type text/plain; return 200 "# stand-in\n"; }'
  echo '} }'
} >"$dir/nginx.conf"
[ "$level" = error ] || printf 'INFO static_web_server (stand-in): listening on %s://%s, root %s\n' $scheme "$address" "$root"
exec /usr/sbin/nginx -e stderr -p "$dir" -c "$dir/nginx.conf"
