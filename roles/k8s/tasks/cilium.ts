import { tasks } from 'playscript'
import type { K8sVars } from '../defaults/main.ts'

// Step 3 of the tutorial: the cluster's network. k3s was installed without one, so no pod runs until Cilium does.
// What runs is asked first: only then can a failing installation be told from one that was done before.
const environment = { KUBECONFIG: '{{ kubeconfig }}' }

export default tasks<K8sVars>([
  {
    name: 'Ask which release of Cilium runs',
    command: 'cilium version',
    environment,
    register: 'cilium',
    changed_when: false,
    check_mode: false,
  },
  {
    name: 'Install Cilium',
    command: 'cilium install --set kubeProxyReplacement=true --wait --version {{ cilium_version }}',
    environment,
    when: "'(running): unknown' in cilium.stdout",
    changed_when: true,
  },
  {
    name: 'Bring Cilium to the wanted release',
    command: 'cilium upgrade --set kubeProxyReplacement=true --wait --version {{ cilium_version }}',
    environment,
    when: [
      "'(running): unknown' not in cilium.stdout",
      "cilium.stdout is not search('\\(running\\): v?' ~ (cilium_version | regex_escape) ~ '(\\s|$)')",
    ],
    changed_when: true,
  },
])
