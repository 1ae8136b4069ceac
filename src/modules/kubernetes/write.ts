import { type Script, sh } from '../../core/quote.ts'
import { answerScript, type Cluster, option, withStdin } from './kubectl.ts'
import type { Manifest } from './manifest.ts'

/** How objects are to be written, as the parameters of the module say. */
export interface Request extends Cluster {
  readonly state: 'present' | 'absent' | 'patched'
  readonly namespace: string | undefined
  readonly apply: boolean
  readonly force: boolean
  readonly merge_type: 'strategic-merge' | 'merge' | undefined
  readonly server_side_apply: { readonly field_manager: string; readonly force_conflicts: boolean }
  readonly validate: { readonly fail_on_error: boolean | undefined; readonly strict: boolean } | undefined
}

/** Objects that go to kubectl together, in the order of the task. */
export interface Batch {
  readonly manifests: readonly Manifest[]
  /** The namespace to give objects that name none; kubectl refuses the option beside any that name another. */
  readonly namespace: string | undefined
  /** The namespace they live in, as far as that is said. */
  readonly home: string | undefined
}

type Verb = 'apply' | 'replace' | 'patch'

function verbOf({ state, apply, force }: Request): Verb {
  if (state === 'patched') return 'patch'
  if (force) return 'replace'
  return apply ? 'apply' : 'patch'
}

/** Neighbours of one namespace share a batch; what is patched or replaced is treated one by one. */
export function batchesOf(request: Request, manifests: readonly Manifest[]): readonly Batch[] {
  const batches: { manifests: Manifest[]; namespace: string | undefined; home: string | undefined }[] = []
  const together = request.state === 'absent' || verbOf(request) === 'apply'
  for (const manifest of manifests) {
    const own = manifest.metadata.namespace
    const free = manifest.kind === 'Namespace'
    const namespace = own === undefined && !free ? request.namespace : undefined
    const home = free ? undefined : (own ?? request.namespace)
    const last = batches.at(-1)
    if (together && last !== undefined && last.namespace === namespace && last.home === home) {
      last.manifests.push(manifest)
    } else batches.push({ manifests: [manifest], namespace, home })
  }
  return batches
}

/**
 * Writes the objects of a batch, or has the server try it.
 * @param run the shell function that runs kubectl: `ask` or `kube`
 */
export function writeScript(request: Request, batch: Batch, run: 'ask' | 'kube', dryRun: boolean): Script {
  const how = ['-o', 'json', ...(dryRun ? ['--dry-run=server'] : []), ...validation(request)]
  const { field_manager, force_conflicts } = request.server_side_apply
  const manager = `--field-manager=${field_manager}`
  const words = ['apply', '--server-side', manager, ...(force_conflicts ? ['--force-conflicts'] : [])]
  const apply = withStdin(batch.manifests, run, [
    ...words,
    ...how,
    ...option('namespace', batch.namespace),
    '-f',
    '-',
  ])
  const verb = verbOf(request)
  const [manifest] = batch.manifests
  if (verb === 'apply' || manifest === undefined) return apply
  const object = [resourceOf(manifest), manifest.metadata.name ?? '', ...option('namespace', batch.home)]
  const change =
    verb === 'replace'
      ? ['replace', manager, ...how, ...option('namespace', batch.namespace), '-f', '-']
      : ['patch', ...object, `--type=${patchType(request, manifest)}`, manager, ...how.filter(isNoValidation)]
  const patchFile = verb === 'patch' ? ['--patch-file=/dev/stdin'] : []
  const there = withStdin([manifest], run, [...change, ...patchFile])
  const nobody = run === 'ask' ? answerScript(0) : sh`:`
  const absent = request.state === 'patched' ? nobody : apply
  return sh`if [ -n "$(kube get ${object} --ignore-not-found -o name)" ]; then ${there}; else ${absent}; fi`
}

const isNoValidation = (word: string) => !word.startsWith('--validate=')

function validation({ validate }: Request): readonly string[] {
  if (validate === undefined) return []
  const level = validate.fail_on_error === false ? 'warn' : validate.strict ? 'strict' : 'ignore'
  return [`--validate=${level}`]
}

/** A kind as kubectl's commands take it, without doubt about group and version: `Job.v1.batch`, `Pod.v1.` */
export function resourceOf({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return `${kind}.${version}.${group}`
}

// A strategic merge knows which field names the entries of a list; the server has that for its own kinds alone.
function patchType({ merge_type }: Request, { apiVersion }: Manifest): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  const isOwn = !group.includes('.') || group.endsWith('.k8s.io')
  return { 'strategic-merge': 'strategic', merge: 'merge' }[
    merge_type ?? (isOwn ? 'strategic-merge' : 'merge')
  ]
}
