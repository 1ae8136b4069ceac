import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../image/image.ts'
import { aptNetworkOptions, debianArchive } from '../image/sources.ts'
import { withLock } from '../lock.ts'
import { ensurePrerequisites } from '../prerequisites.ts'
import { must } from '../run.ts'

/** The last Debian release whose source package has more than kubectl, and whose Go builds it as it is. */
const suite = 'bookworm'
const packages = [
  'build-essential',
  'ca-certificates',
  'dpkg-dev',
  'etcd-server',
  'golang-any',
  'rsync',
  'jq',
]

const scriptFile = new URL('./build.sh', import.meta.url).pathname

function folder(): string {
  const recipe = [suite, process.arch, packages, readFileSync(scriptFile, 'utf8')]
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 16)
  return join(cacheFolder(), `kubernetes-${hash}`)
}

/** The folder with the programs of the cluster, or undefined when nobody has built them on this machine yet. */
export function builtKubernetes(): string | undefined {
  return existsSync(folder()) ? folder() : undefined
}

/**
 * Builds kube-apiserver and kube-controller-manager, and takes etcd along, on first use: about ten minutes on two
 * cores and 4 GB of disk meanwhile. Built under another name and renamed, so a folder that exists is complete.
 */
export async function buildKubernetes(log: (line: string) => void): Promise<string> {
  const home = folder()
  if (existsSync(home)) return home
  await ensurePrerequisites(log)
  mkdirSync(cacheFolder(), { recursive: true })
  return withLock(join(cacheFolder(), 'kubernetes.lock'), { timeoutMs: 60 * 60_000 }, async () => {
    if (existsSync(home)) return home
    const started = performance.now()
    const work = mkdtempSync(join(cacheFolder(), 'kubernetes-building-'))
    log(`building Kubernetes from Debian's source package in ${home}; this takes about ten minutes`)
    try {
      await build(join(work, 'root'))
      renameSync(join(work, 'root', 'out'), home)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
    log(`Kubernetes built in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    return home
  })
}

async function build(root: string): Promise<void> {
  const options = await aptNetworkOptions()
  const archive = debianArchive()
  const script = `mkdir -p "$1/build" && chroot "$1" sh -eu -s <${scriptFile}`
  await must([
    // Mounts and processes end with the namespaces; nice, since a machine that tests has more to do.
    ...['unshare', '--mount', 'nice', '-n', '15', 'mmdebstrap'],
    ...['--mode=root', '--variant=apt', '--format=directory', '--quiet'],
    `--include=${packages.join(',')}`,
    ...options.map((line) => `--aptopt=${line}`),
    '--skip=cleanup',
    `--customize-hook=${script}`,
    ...[suite, root, `deb ${archive} ${suite} main`, `deb-src ${archive} ${suite} main`],
  ])
}
