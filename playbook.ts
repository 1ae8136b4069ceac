import { playbook } from 'playscript'

// Steps 3 to 5 of the tutorial: a bare k3s node becomes a host that publishes its cluster's OIDC documents over
// HTTPS. Run it with `tsx playbook.ts`; `--check --diff` shows what it would do. Step 6 asks for an AWS account, so it
// runs only when it is named: `tsx playbook.ts --tags aws`.
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
  {
    name: 'Let AWS trust the cluster',
    hosts: 'k8s',
    gather_facts: false,
    roles: ['aws_oidc'],
    tags: ['aws', 'never'],
  },
])
