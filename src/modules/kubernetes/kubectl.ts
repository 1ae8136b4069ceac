import { MissingError, TaskError } from '../../core/errors.ts'
import { PLACE } from '../../core/place.ts'
import { lines, Script, sh } from '../../core/quote.ts'
import { compactJson } from '../../core/values/json.ts'
import type { Manifest } from './manifest.ts'

/** Which cluster, as kubectl is told. Without either it asks KUBECONFIG and ~/.kube/config. */
export interface Cluster {
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
}

/** Parameters that every module of Kubernetes has. */
export const CLUSTER_ARGS = {
  kubeconfig: {
    type: 'path',
    doc: 'The kubeconfig, on the target; default: KUBECONFIG, then ~/.kube/config',
  },
  context: { type: 'str', doc: 'The context in the kubeconfig; default: its current one' },
} as const

/** The version of a kind's API, which every module that names a kind takes. */
export const API_VERSION_ARG = {
  api_version: {
    type: 'str',
    default: 'v1',
    aliases: ['api', 'version'],
    doc: 'Version of the API of the kind',
  },
} as const

/** An option of kubectl, where there is a value for it. */
export function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`--${name}=${value}`]
}

/** Ends stdout, exit code and stderr of one question; JSON has no such byte. */
const END = '\x1e'

/**
 * Begins a script that asks kubectl: `kube` is kubectl for this cluster, `ask` runs it and ends its answer.
 * What kubectl remembers of an API goes into the shell's private folder: not even a question leaves a trace.
 * @param temp the folder `temp` of the target
 */
export function kubectlScript(cluster: Cluster, temp: string, ...questions: readonly Script[]): Script {
  const { kubeconfig, context } = cluster
  const flags = [
    `--cache-dir=${temp}/kubectl`,
    ...option('kubeconfig', kubeconfig),
    ...option('context', context),
  ]
  // sudo's secure_path may leave out where k3s puts its kubectl.
  return lines(
    PLACE,
    sh`PATH=$PATH:/usr/local/bin; umask 077; ( place_keep ${temp} ) || exit 1
kube() { kubectl ${flags} "$@"; }
exec 3>&1
ask() { e=$(kube "$@" 2>&1 >&3 3>&-); printf '\036%s\036%s\036' $? "$e" >&3; }`,
    ...questions,
  )
}

/**
 * Runs kubectl with objects on its stdin, where no other user of the host can see them: some are secrets.
 * @param run the shell function that runs it: `ask` or `kube`
 */
export function withStdin(
  manifests: readonly Manifest[],
  run: 'ask' | 'kube',
  words: readonly string[],
): Script {
  // JSON objects one after another: a stream that every version of kubectl reads.
  const stream = manifests.map((manifest) => compactJson(manifest)).join('\n')
  return sh`printf %s ${stream} | ${new Script(run)} ${words}`
}

/** In the place of an answer: nothing could be asked. */
export const NO_ANSWER = -1

/** Ends an answer that nobody gave. */
export function answerScript(code: number): Script {
  return sh`printf '\036%s\036\036' ${code}`
}

/** What kubectl answered to one question. */
export interface Answer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The answers that a script of `kubectlScript` printed, in their order. */
export function readAnswers(text: string): readonly Answer[] {
  const parts = text.split(END)
  return Array.from({ length: Math.floor(parts.length / 3) }, (_, index) => ({
    stdout: parts[index * 3] ?? '',
    code: Number(parts[index * 3 + 1]),
    stderr: (parts[index * 3 + 2] ?? '').trim(),
  }))
}

/** The answer to the only question of a script, whatever bytes its output has. */
export function readAnswer(text: string): Answer {
  const parts = text.split(END)
  const [code, stderr = ''] = parts.slice(-3, -1)
  return { stdout: parts.slice(0, -3).join(END), code: Number(code ?? 1), stderr: stderr.trim() }
}

/** The objects in what kubectl printed with `-o json`: none, one, or a list. */
export function objectsIn(text: string): readonly Manifest[] {
  if (text.trim() === '') return []
  const value = JSON.parse(text) as Manifest & { readonly items?: readonly Manifest[] }
  return value.kind.endsWith('List') && Array.isArray(value.items) ? value.items : [value]
}

// What an earlier task of the play may be about to provide: in check mode it is not there yet.
const NOT_THERE_YET =
  /no matches for kind|ensure CRDs are installed|namespaces "[^"]*" not found|connection refused|doesn't have a resource type|no such file or directory|kubectl: (?:command )?not found/i

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /field is immutable/,
    'Kubernetes does not let it change: delete the object first (state: absent), or rename it.',
  ],
  [
    /conflicts? with "|Apply failed with \d+ conflict/,
    'Another manager owns those fields: leave them out, or take them over with server_side_apply: { force_conflicts: true }.',
  ],
  [/kubectl: (?:command )?not found/, 'The target needs kubectl on its PATH; k3s brings one.'],
  [
    /connection to the server localhost:8080|no configuration has been provided/,
    'kubectl found no kubeconfig: set `kubeconfig`, or KUBECONFIG in the environment of the play.',
  ],
]

/** The error for an answer that is none. */
export function kubectlFailed(what: string, { code, stdout, stderr }: Answer): TaskError {
  const said = stderr || stdout.trim() || 'kubectl said nothing'
  const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1]
  const options = { result: { rc: code, stderr }, ...(hint !== undefined && { hint }) }
  const message = `${what}: ${said}`
  return NOT_THERE_YET.test(said) ? new MissingError(message, options) : new TaskError(message, options)
}
