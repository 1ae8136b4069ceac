import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Lab } from './types.ts'

const bin = resolve(import.meta.dirname, '../../node_modules/.bin')

/**
 * What a reader of the tutorial has in the environment, so that the commands for rented machines work in the lab too:
 * `tsx` and a stand-in for `tofu` on the PATH, credentials that the lab's AWS takes, and in LAB the one flag by which
 * a run of the playbook differs.
 */
export function readerEnvironment({ paths, awsEndpoint }: Lab): Readonly<Record<string, string>> {
  const own = join(paths.dir, 'bin')
  if (!existsSync(own)) mkdirSync(own)
  copyFileSync(new URL('./stand-ins/tofu.sh', import.meta.url), join(own, 'tofu'))
  chmodSync(join(own, 'tofu'), 0o755)
  return {
    PATH: [own, bin, process.env.PATH ?? ''].join(delimiter),
    PLAYSCRIPT_LAB: paths.dir,
    LAB: `--extra-vars=@${paths.vars}`,
    CURL_CA_BUNDLE: paths.acmeRoot,
    AWS_ACCESS_KEY_ID: 'lab',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: awsEndpoint,
  }
}
