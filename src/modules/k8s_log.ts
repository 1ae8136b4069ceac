import type { ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { sh } from '../core/quote.ts'
import {
  API_VERSION_ARG,
  CLUSTER_ARGS,
  kubectlFailed,
  kubectlScript,
  option,
  readAnswer,
} from './kubernetes/kubectl.ts'
import { resourceOf } from './kubernetes/write.ts'

/**
 * Read the log of a Pod, or of a Pod that a Job or Deployment made, through kubectl on the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/kubernetes/core/k8s_log_module.html
 *
 * @example
 * { k8s_log: { api_version: 'batch/v1', kind: 'Job', name: 'demo-app', namespace: 'default' }, register: 'log' }
 */
export const k8s_log = defineModule({
  name: 'k8s_log',
  doc: 'Read the log of a Pod, or of a Pod that a Job or Deployment made',
  args: {
    ...API_VERSION_ARG,
    kind: { type: 'str', default: 'Pod', doc: 'Kind of the object' },
    name: { type: 'str', doc: 'Name of the object' },
    namespace: { type: 'str', doc: 'Its namespace' },
    label_selectors: { type: 'list', elements: 'str', doc: 'Labels of the Pods, in place of a name' },
    container: { type: 'str', doc: 'The container, where there are several' },
    all_containers: { type: 'bool', default: false, doc: 'All containers' },
    since_seconds: { type: 'int', doc: 'Only what is younger than that' },
    previous: { type: 'bool', default: false, doc: 'The log of the container before the last restart' },
    tail_lines: { type: 'int', doc: 'Only so many lines from the end' },
    ...CLUSTER_ARGS,
  } as const satisfies ArgumentSpecs,
  rules: {
    mutually_exclusive: [
      ['container', 'all_containers'],
      ['name', 'label_selectors'],
    ],
    required_one_of: [['name', 'label_selectors']],
  },
  probe(args, { target }) {
    const { api_version, kind, name, namespace, label_selectors, container } = args
    const words = [
      'logs',
      ...option('namespace', namespace),
      ...option('selector', label_selectors?.join(',')),
      ...(args.all_containers ? ['--all-containers'] : []),
      ...option('container', container),
      ...option('since', args.since_seconds === undefined ? undefined : `${args.since_seconds}s`),
      ...option('tail', args.tail_lines),
      ...(args.previous ? ['--previous'] : []),
      ...(name === undefined ? [] : [`${resourceOf({ apiVersion: api_version, kind })}/${name}`]),
    ]
    return kubectlScript(args, target.temp, sh`ask ${words}`)
  },
  parse({ text }) {
    const answer = readAnswer(text)
    if (answer.code !== 0) throw kubectlFailed('the log cannot be read', answer)
    return { log: answer.stdout, log_lines: answer.stdout.replace(/\n$/, '').split('\n') }
  },
  plan: (_args, log) => nothing(log),
})
