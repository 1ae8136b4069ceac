import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withLock } from '../lock.ts'
import { must } from '../run.ts'
import type { Base } from '../types.ts'
import { aptNetworkOptions, debianArchive } from './sources.ts'

const suite = 'trixie'

const packages = [
  ...['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'iproute2', 'procps', 'less'],
  ...['curl', 'ca-certificates', 'openssl', 'python3', 'xz-utils', 'bzip2', 'unzip', 'zip', 'zstd'],
  ...['git', 'gnupg', 'python3-pip', 'python3-venv', 'debconf-utils'],
  ...['certbot', 'kubernetes-client', 'nginx-light', 'pebble', 'python3-moto', 'python3-flask-cors'],
  ...['awscli', 'nodejs'],
  // What modules are about: jobs, locales, time zones, kernel modules; and what the real Ansible needs to manage apt.
  ...['cron', 'locales', 'tzdata', 'kmod', 'python3-apt', 'python3-debian', 'busybox'],
]

/** sudo's password of the user `operator`: it has what a shell could trip over. */
export const operatorPassword = `it's an "operator" & a $HOME \\ word`

const customizeFile = new URL('./customize.sh', import.meta.url).pathname
const busyboxFile = new URL('./busybox.sh', import.meta.url).pathname

/** Folder for everything that may be built once and kept, outside any repository. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'playscript', 'lab')

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** What one base image is made of. */
interface Recipe {
  readonly packages: readonly string[]
  /** The script that makes an image of the packages. */
  readonly script: string
  /** Arguments of mmdebstrap that are this image's own. */
  readonly options: readonly string[]
  /** What is left to do after mmdebstrap. */
  readonly finish?: (root: string) => Promise<unknown>
}

const recipes: Readonly<Record<Base, Recipe>> = {
  debian: {
    packages,
    script: customizeFile,
    options: [
      '--variant=apt',
      // The lists that customize.sh fetches from the lab's own repository are to stay.
      '--skip=cleanup/apt/lists',
      `--customize-hook=chroot "$1" sh -eu -s -- ${quoted(operatorPassword)} <${customizeFile}`,
    ],
  },
  busybox: {
    packages: ['busybox-static', 'openssh-server', 'sudo', 'libpam-modules', 'ca-certificates', 'base-files'],
    script: busyboxFile,
    // The packages' files alone: none is set up, so none needs a shell and tools. Hooks are not run either.
    options: ['--variant=extract'],
    finish: async (root) => must(['sh', '-eu', busyboxFile, root, await operatorHash()]),
  },
}

const operatorHash = async (): Promise<string> =>
  (await must(['openssl', 'passwd', '-6', '-stdin'], { input: `${operatorPassword}\n` })).trim()

function recipeHash({ packages, script }: Recipe): string {
  const recipe = [suite, process.arch, packages, operatorPassword, readFileSync(script, 'utf8')]
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16)
}

/**
 * A read-only base of hosts, built by mmdebstrap on first use (about a minute, the busybox one in seconds).
 * Returns its root folder. Built under another name and renamed, so a folder that exists is complete.
 */
export async function ensureImage(base: Base, log: (line: string) => void): Promise<string> {
  const recipe = recipes[base]
  const cache = cacheFolder()
  const home = join(cache, recipeHash(recipe))
  const root = join(home, 'root')
  if (existsSync(root)) return root
  mkdirSync(cache, { recursive: true })
  return withLock(join(cache, 'build.lock'), { timeoutMs: 20 * 60_000 }, async () => {
    if (existsSync(root)) return root
    for (const name of readdirSync(cache).filter((name) => name.endsWith('.building')))
      rmSync(join(cache, name), { recursive: true, force: true })
    const building = `${home}.building`
    mkdirSync(building)
    const started = performance.now()
    log(`building the ${base} image (${suite}, ${recipe.packages.length} packages) in ${home}`)
    await build(recipe, join(building, 'root'))
    renameSync(building, home)
    log(`${base} image built in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    return root
  })
}

async function build({ packages, options, finish }: Recipe, root: string): Promise<void> {
  const network = await aptNetworkOptions()
  await must([
    // mmdebstrap mounts /proc and /sys in the new root: in a mount namespace of its own none can be left behind.
    ...['unshare', '--mount', 'mmdebstrap', '--mode=root', '--format=directory', '--quiet'],
    `--include=${packages.join(',')}`,
    ...network.map((line) => `--aptopt=${line}`),
    ...options,
    ...[suite, root, `deb ${debianArchive()} ${suite} main`],
  ])
  await finish?.(root)
}
