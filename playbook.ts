import { playbook } from 'playscript'

// Steps 3 to 5 of the tutorial: a bare k3s node becomes a host that publishes its cluster's OIDC documents over
// HTTPS. Run it with `tsx playbook.ts`; `--check --diff` shows what it would do.
export default playbook(import.meta, [
  {
    name: 'Bootstrap k8s node',
    hosts: 'k8s',
    gather_facts: true,
    become: true,
    vars: { domain_email: 'admin@{{ domain_name }}' },
    vars_files: ['vars/{{ ansible_architecture }}.yml'],
    roles: ['k8s'],
    tags: ['provision'],
  },
])
