#!/bin/sh
# The whole job, as the first command after a clone: boots the lab and runs playbook.ts against it over SSH.
set -eu
cd "$(dirname "$0")/../.."
[ -d node_modules ] || npm ci
exec node_modules/.bin/tsx test/demo/demo.ts "$@"
