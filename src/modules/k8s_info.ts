import type { ArgumentSpecs } from '../core/arguments.ts'
import { defineModule, nothing } from '../core/module.ts'
import { sh } from '../core/quote.ts'
import {
  API_VERSION_ARG,
  CLUSTER_ARGS,
  kubectlFailed,
  kubectlScript,
  objectsIn,
  option,
  readAnswer,
} from './kubernetes/kubectl.ts'
import { resourceOf } from './kubernetes/write.ts'

/**
 * Ask a Kubernetes cluster for objects, through kubectl on the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/kubernetes/core/k8s_info_module.html
 *
 * @example
 * { k8s_info: { api_version: 'batch/v1', kind: 'Job', name: 'demo-app', namespace: 'default' }, register: 'job' }
 */
export const k8s_info = defineModule({
  name: 'k8s_info',
  doc: 'Ask a Kubernetes cluster for objects',
  args: {
    ...API_VERSION_ARG,
    kind: { type: 'str', required: true, doc: 'Kind of the objects' },
    name: { type: 'str', doc: 'Name of one object' },
    namespace: { type: 'str', doc: 'Their namespace; without one, and without a name, all namespaces' },
    label_selectors: { type: 'list', elements: 'str', default: [], doc: 'Labels that they must have' },
    field_selectors: { type: 'list', elements: 'str', default: [], doc: 'Fields that they must have' },
    ...CLUSTER_ARGS,
  } as const satisfies ArgumentSpecs,
  probe({ api_version, kind, name, namespace, label_selectors, field_selectors, ...cluster }, { target }) {
    const everywhere = name === undefined ? ['--all-namespaces'] : []
    const words = [
      ...['get', resourceOf({ apiVersion: api_version, kind }), '--ignore-not-found', '-o', 'json'],
      ...(namespace === undefined ? everywhere : option('namespace', namespace)),
      ...(label_selectors.length > 0 ? [`--selector=${label_selectors.join(',')}`] : []),
      ...(field_selectors.length > 0 ? [`--field-selector=${field_selectors.join(',')}`] : []),
      ...(name === undefined ? [] : ['--', name]),
    ]
    return kubectlScript(cluster, target.temp, sh`ask ${words}`)
  },
  parse({ text }) {
    const answer = readAnswer(text)
    if (/doesn't have a resource type/.test(answer.stderr)) return { api_found: false, resources: [] }
    if (answer.code !== 0) throw kubectlFailed('the cluster does not answer', answer)
    return { api_found: true, resources: objectsIn(answer.stdout) }
  },
  plan: (_args, found) => nothing(found),
})
