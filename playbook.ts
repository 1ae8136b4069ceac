import { playbook } from 'playscript'

const fromTofu = "role_arn_from | default('aws') == 'tofu'"

export default playbook(import.meta, [
  // Steps 3 to 5 of the tutorial: a bare k3s node becomes a host that publishes its cluster's OIDC documents over
  // HTTPS. Run it with `tsx playbook.ts`; `--check --diff` shows what it would do.
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
  // Step 6 asks for an AWS account, so it runs only when it is named: `tsx playbook.ts --tags aws`.
  {
    name: 'Let AWS trust the cluster',
    hosts: 'k8s',
    gather_facts: false,
    roles: ['aws_oidc'],
    tags: ['aws', 'never'],
  },
  // Step 7, with `--tags test`: a pod proves it. AWS tells the role's ARN, or, with `-e role_arn_from=tofu`, the outputs
  // of infra/configure-oidc, which makes the same role.
  {
    name: 'Test the AWS Access',
    hosts: 'k8s',
    gather_facts: false,
    become: true,
    environment: { KUBECONFIG: '/etc/rancher/k3s/k3s.yaml' },
    pre_tasks: [
      {
        name: 'Ask AWS for the role',
        import_role: { name: 'aws_oidc', tasks_from: 'role-arn' },
        when: `not (${fromTofu})`,
      },
      {
        name: 'Ask the stack for the role',
        tofu_output: { project_path: 'infra/configure-oidc', name: 'iam_role_arn' },
        register: 'stack',
        when: fromTofu,
      },
      { name: 'Remember its ARN', set_fact: { role_arn: '{{ stack.value }}' }, when: fromTofu },
    ],
    roles: ['app'],
    tags: ['test', 'never'],
  },
])
