#!/bin/sh
# Stand-in for the cilium CLI v0.16.4 of playscript's lab. It is not cilium.
# It keeps the command line, the words and the exit codes of install, upgrade, uninstall, version and status, asks
# the cluster API whether it is there, and remembers the "release" in a file instead of in the cluster.
set -u
release=/var/lib/playscript-lab/cilium-release
default=1.15.3

fail() {
  printf '\nError: %s\n' "$*" >&2
  exit 1
}

architecture() {
  case $(uname -m) in aarch64) echo arm64 ;; *) echo amd64 ;; esac
}

reach() { # what
  config=${KUBECONFIG:-$HOME/.kube/config}
  [ -r "$config" ] || fail "$1: Kubernetes cluster unreachable: Get \"http://localhost:8080/version\": dial tcp 127.0.0.1:8080: connect: connection refused"
  answer=$(kubectl --kubeconfig "$config" get --raw /readyz 2>&1) || fail "$1: Kubernetes cluster unreachable: $answer"
}

running() { cat $release 2>/dev/null; }

remember() {
  mkdir -p ${release%/*} && printf '%s\n' "$1" >$release || fail "$2: release could not be stored"
}

command=${1:-help}
[ $# -eq 0 ] || shift
version=$default
while [ $# -gt 0 ]; do
  case $1 in
  --version) version=${2?} && shift ;;
  --version=*) version=${1#*=} ;;
  --set | --wait-duration | -n | --namespace | --context | --helm-release-name | -f | --values) shift ;;
  --set=* | --wait-duration=* | --namespace=* | --context=* | --wait | --wait=* | --reuse-values | --reset-values | --client) ;;
  *) fail "unknown flag: $1" ;;
  esac
  shift
done
version=${version#v}
case $version in
[0-9]*.[0-9]*.[0-9]*) ;;
*) fail "Unable to install Cilium: invalid semantic version: $version" ;;
esac

case $command in
install)
  what='Unable to install Cilium'
  reach "$what"
  echo "ℹ️  Using Cilium version $version"
  echo '🔮 Auto-detected cluster name: default'
  [ ! -e $release ] || fail "$what: cannot re-use a name that is still in use"
  remember "$version" "$what"
  ;;
upgrade)
  what='Unable to upgrade Cilium'
  reach "$what"
  [ -e $release ] || fail "$what: \"cilium\" has no deployed releases"
  echo "ℹ️  Using Cilium version $version"
  remember "$version" "$what"
  ;;
uninstall)
  reach 'Unable to uninstall Cilium'
  [ -e $release ] || fail 'Unable to uninstall Cilium: uninstall: Release not loaded: cilium: release: not found'
  rm $release
  ;;
version)
  echo "cilium-cli: v0.16.4 compiled with go1.22.1 on linux/$(architecture)"
  echo "cilium image (default): v$default"
  echo 'cilium image (stable): v1.15.4'
  if reason=$(reach 'Reason' 2>&1); then reason='Reason: release: not found'; else reason=${reason#*Error: }; fi
  if [ "$reason" = 'Reason: release: not found' ] && [ -e $release ]; then
    echo "cilium image (running): $(running)"
  else
    echo "cilium image (running): unknown. Unable to obtain cilium version. $reason"
  fi
  ;;
status)
  reach 'Unable to determine status'
  [ -e $release ] || fail 'Unable to determine status:  timeout while waiting for status to become successful: context deadline exceeded'
  cat <<TEXT
    /¯¯\\
 /¯¯\\__/¯¯\\    Cilium:             OK
 \\__/¯¯\\__/    Operator:           OK
 /¯¯\\__/¯¯\\    Envoy DaemonSet:    disabled (using embedded mode)
 \\__/¯¯\\__/    Hubble Relay:       disabled
    \\__/       ClusterMesh:        disabled

DaemonSet              cilium             Desired: 1, Ready: 1/1, Available: 1/1
Deployment             cilium-operator    Desired: 1, Ready: 1/1, Available: 1/1
Containers:            cilium             Running: 1
                       cilium-operator    Running: 1
Image versions         cilium             quay.io/cilium/cilium:v$(running): 1
TEXT
  ;;
*) fail "unknown command \"$command\" for \"cilium\"" ;;
esac
