import type { Args, ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, type Plan, type Step, type StepOutput } from '../core/module.ts'
import { changeOf } from './kubernetes/compare.ts'
import {
  API_VERSION_ARG,
  CLUSTER_ARGS,
  kubectlScript,
  objectsIn,
  option,
  withStdin,
} from './kubernetes/kubectl.ts'
import { lookAt, readViews, type View } from './kubernetes/look-at.ts'
import { type Manifest, readManifests, titleOf } from './kubernetes/manifest.ts'
import { areReady, type Waited, waitStep } from './kubernetes/wait.ts'
import { batchesOf, writeScript } from './kubernetes/write.ts'

const ARGS = {
  state: {
    type: 'str',
    choices: ['present', 'absent', 'patched'],
    default: 'present',
    doc: 'Whether the objects are there; patched changes those that are and makes none',
  },
  resource_definition: {
    type: 'raw',
    aliases: ['definition', 'inline'],
    doc: 'The objects: YAML text of one or more documents, a dictionary, or a list of either',
  },
  src: { type: 'path', doc: 'A file of objects, on the controller' },
  template: {
    type: 'raw',
    doc: 'A template of objects, on the controller: its path, or path and options; or a list',
  },
  ...API_VERSION_ARG,
  kind: { type: 'str', doc: 'Kind of the object' },
  name: { type: 'str', doc: 'Name of the object' },
  namespace: { type: 'str', doc: 'Namespace of objects that name none' },
  apply: {
    type: 'bool',
    default: true,
    doc: 'Server-side apply: fields that the definition no longer has go away; without it existing objects are patched',
  },
  server_side_apply: {
    type: 'dict',
    default: {},
    doc: 'How to apply',
    options: {
      field_manager: { type: 'str', default: 'playscript', doc: 'The name under which fields are owned' },
      force_conflicts: { type: 'bool', default: false, doc: 'Take fields over that another manager owns' },
    },
  },
  merge_type: {
    type: 'str',
    choices: ['strategic-merge', 'merge'],
    doc: 'How to patch; default: strategic-merge for kinds of Kubernetes itself, merge for others',
  },
  force: { type: 'bool', default: false, doc: 'Replace existing objects as a whole' },
  validate: {
    type: 'dict',
    doc: 'What the server says to unknown fields; without it kubectl’s default, an error',
    options: {
      fail_on_error: { type: 'bool', doc: 'Whether they are errors, or warnings' },
      strict: { type: 'bool', default: true, doc: 'Whether they are looked for' },
    },
  },
  wait: { type: 'bool', default: false, doc: 'Wait until the objects are ready: a Job until it is complete' },
  wait_condition: {
    type: 'dict',
    doc: 'The condition to wait for instead',
    options: {
      type: { type: 'str', doc: 'Type of the condition' },
      status: { type: 'str', choices: ['True', 'False', 'Unknown'], default: 'True', doc: 'Its status' },
      reason: { type: 'str', doc: 'Its reason' },
    },
  },
  wait_sleep: { type: 'int', default: 5, doc: 'Seconds between looks' },
  wait_timeout: { type: 'int', default: 120, doc: 'Seconds after which it fails' },
  delete_options: {
    type: 'dict',
    doc: 'How to delete',
    options: {
      propagationPolicy: {
        type: 'str',
        choices: ['Background', 'Foreground', 'Orphan'],
        doc: 'What becomes of the objects that it owns',
      },
      gracePeriodSeconds: { type: 'int', doc: 'Seconds it is given to end' },
    },
  },
  ...CLUSTER_ARGS,
} as const satisfies ArgumentSpecs
type K8sArgs = Args<typeof ARGS>

/**
 * Keep objects of a Kubernetes cluster in the wanted state, through kubectl on the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/kubernetes/core/k8s_module.html
 *
 * The server decides what would change: its dry run, compared with what it holds, is the plan.
 *
 * @example
 * { k8s: { template: 'job.yml.njk', wait: true, kubeconfig: '/etc/rancher/k3s/k3s.yaml' } }
 */
export const k8s = defineModule({
  name: 'k8s',
  doc: 'Keep objects of a Kubernetes cluster in the wanted state',
  args: ARGS,
  rules: {
    mutually_exclusive: [['resource_definition', 'src', 'template']],
    required_one_of: [['resource_definition', 'src', 'template', 'kind']],
    required_if: [['state', 'patched', ['resource_definition']]],
  },
  prepare: readManifests,
  probe: lookAt,
  parse: (output, args, { local }) => readViews(output, args, local),
  plan: (args, views, { diff, target }): Plan => {
    const changed = views.flatMap((view) => {
      const change = changeOf(view.wanted, view.before, view.after, diff)
      return change === undefined ? [] : [{ change, view }]
    })
    const touched = changed.map(({ view }) => view)
    const outcomes = views.map((view) => ({
      changed: touched.includes(view),
      method: methodOf(args, view),
      object: view.after ?? view.before,
    }))
    const steps =
      args.state === 'absent'
        ? deleteSteps(args, touched, target.temp)
        : writeSteps(args, touched, target.temp)
    return {
      changes: changed.map(({ change }) => change),
      steps: [...steps, ...waitSteps(args, views, touched.length > 0)],
      result: resultOf(outcomes),
    }
  },
  finish(outputs, _args, plan) {
    const waited = outputs.wait?.value as Waited | undefined
    const now = new Map((waited?.objects ?? written(outputs)).map((object) => [titleOf(object), object]))
    const outcomes = outcomesIn(plan).map(({ object, ...outcome }) => ({
      ...outcome,
      object: (object && now.get(titleOf(object))) ?? object,
    }))
    return { ...resultOf(outcomes), ...(waited !== undefined && { duration: waited.duration }) }
  },
})

function writeSteps(args: K8sArgs, views: readonly View[], temp: string): readonly Step[] {
  return batchesOf(
    args,
    views.map(({ wanted }) => wanted),
  ).map((batch, index) => ({
    kind: 'script',
    as: `write ${index}`,
    label: `write ${batch.manifests.map(titleOf).join(', ')}`,
    script: kubectlScript(args, temp, writeScript(args, batch, 'kube', false)),
  }))
}

function deleteSteps(args: K8sArgs, views: readonly View[], temp: string): readonly Step[] {
  const { propagationPolicy, gracePeriodSeconds } = args.delete_options ?? {}
  const words = [
    'delete',
    '--ignore-not-found',
    ...(args.wait ? ['--wait=true', `--timeout=${args.wait_timeout}s`] : ['--wait=false']),
    ...option('cascade', propagationPolicy?.toLowerCase()),
    ...option('grace-period', gracePeriodSeconds),
  ]
  return batchesOf(
    args,
    views.map(({ wanted }) => wanted),
  ).map((batch) => ({
    kind: 'script',
    label: `delete ${batch.manifests.map(titleOf).join(', ')}`,
    script: kubectlScript(
      args,
      temp,
      withStdin(batch.manifests, 'kube', [...words, ...option('namespace', batch.namespace), '-f', '-']),
    ),
  }))
}

// What is as it should be and ready needs no look.
function waitSteps(args: K8sArgs, views: readonly View[], changes: boolean): readonly Step[] {
  if (!args.wait || args.state === 'absent') return []
  const found = views.flatMap(({ before }) => (before === undefined ? [] : [before]))
  if (!changes && areReady(found, args.wait_condition)) return []
  const wanted = args.state === 'patched' ? views.filter(({ before }) => before !== undefined) : views
  return [
    waitStep(
      args,
      wanted.map((view) => view.wanted),
      args,
    ),
  ]
}

function written(outputs: Readonly<Record<string, StepOutput>>): readonly Manifest[] {
  return Object.entries(outputs)
    .filter(([name]) => name.startsWith('write '))
    .flatMap(([, { stdout }]) => objectsIn(stdout))
}

/** What a result tells of one object. */
interface Outcome {
  readonly changed: boolean
  readonly method: string
  readonly object: Manifest | undefined
}

function methodOf({ state, apply, force }: K8sArgs, { before }: View): string {
  if (state === 'absent') return 'delete'
  if (state === 'present' && apply && !force) return 'apply'
  if (before === undefined) return 'create'
  return state === 'present' && force ? 'replace' : 'update'
}

// One object is the result itself, several are a list in it; of what is not there, nothing is told.
function resultOf(outcomes: readonly Outcome[]) {
  const results = outcomes.map(({ object, ...outcome }) => ({
    ...outcome,
    result: object === undefined ? {} : withoutManagers(object),
  }))
  const [one] = results
  return one !== undefined && results.length === 1
    ? { result: one.result, method: one.method }
    : { result: { results } }
}

function outcomesIn({ changes, result = {} }: Plan): readonly Outcome[] {
  const { result: told, method } = result as { result: Manifest & { results?: Told[] }; method: string }
  const all = told.results ?? [{ changed: changes.length > 0, method, result: told }]
  return all.map(({ result: object, ...outcome }) => ({
    ...outcome,
    object: object.kind === undefined ? undefined : object,
  }))
}

type Told = Pick<Outcome, 'changed' | 'method'> & { readonly result: Manifest }

function withoutManagers({ metadata: { managedFields: _, ...metadata }, ...object }: Manifest): Manifest {
  return { ...object, metadata } as Manifest
}
