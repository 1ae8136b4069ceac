#!/bin/sh
# Runs the tests; also as the first command after a clone.
set -eu
cd "$(dirname "$0")/.."
[ -d node_modules ] || npm ci
exec node_modules/.bin/tsx test/run.ts "$@"
