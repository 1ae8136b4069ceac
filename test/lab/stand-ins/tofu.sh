#!/bin/sh
# Stand-in for OpenTofu of playscript's lab: it makes nothing. The lab has the machine and the name already; this
# checks the command line and the stack's variables, and gives the outputs that the stack would have.
set -eu
folder=.
case ${1-} in -chdir=*) folder=${1#-chdir=}; shift ;; esac
command=${1-}
[ $# -eq 0 ] || shift
fail() { printf '\nError: %s\n' "$*" >&2; exit 1; }
set -- "$@"
[ -f "$folder/outputs.tf" ] || fail "No configuration files: $folder holds no stack"
stack=$(basename "$(cd "$folder" && pwd)")
outputs=$PLAYSCRIPT_LAB/tofu-outputs.json
if [ "$stack" = configure-oidc ]; then
  outputs=$PLAYSCRIPT_LAB/configure-oidc-outputs.json
  echo '{"iam_role_arn": {"type": "string", "value": "arn:aws:iam::123456789012:role/k3s-demo-app"}}' >"$outputs"
fi

need_variables() {
  [ "$stack" = provision-k8s ] || return 0
  for name in hetzner_api_token cloudflare_api_token; do
    eval "value=\${TF_VAR_$name-}"
    [ -n "$value" ] || fail "No value for required variable: $name"
  done
}

case $command in
init) echo 'OpenTofu has been successfully initialized! (a stand-in)' ;;
plan)
  need_variables
  [ "${1-}" = -out ] && : >"$folder/$2"
  echo "Saved the plan to: ${2-nowhere} (a stand-in: the lab has it all already)"
  ;;
apply)
  [ -f "$folder/${1-}" ] || fail "stat ${1-}: no such file or directory"
  rm "$folder/$1"
  echo 'Apply complete! (a stand-in: the lab has it all already)'
  ;;
destroy)
  need_variables
  echo 'Destroy complete! (a stand-in: npm run lab down takes the lab down)'
  ;;
output)
  case $* in
  -json | '-json -no-color') cat "$outputs" ;;
  '-raw '*)
    node -e 'const [file, name] = process.argv.slice(1)
      const output = JSON.parse(require("fs").readFileSync(file, "utf8"))[name]
      if (output === undefined) { console.error(`Output "${name}" not found`); process.exit(1) }
      process.stdout.write(String(output.value))' "$outputs" "$2"
    ;;
  *) fail "the stand-in knows output -json and output -raw NAME" ;;
  esac
  ;;
*) fail "the stand-in does not know: tofu $command" ;;
esac
