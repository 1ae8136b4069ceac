import { TaskError } from '../core/errors.ts'
import { type Controller, defineModule, nothing } from '../core/module.ts'
import { outputNamed, readTofuOutputs, type TofuOutput, type TofuSource } from '../core/tofu/outputs.ts'

/**
 * Read the outputs of an OpenTofu or Terraform stack, or one of them. It runs on the controller and changes nothing.
 * Values that the stack marks as sensitive are masked wherever they surface. Parameters are those of
 * https://docs.ansible.com/ansible/latest/collections/cloud/terraform/terraform_output_module.html, and `outputs_file`.
 *
 * @example
 * { tofu_output: { project_path: 'infra/configure-oidc', name: 'iam_role_arn' }, register: 'arn' }
 */
export const tofu_output = defineModule({
  name: 'tofu_output',
  doc: 'Read the outputs of an OpenTofu or Terraform stack',
  args: {
    project_path: { type: 'path', doc: 'The stack’s folder, from the playbook’s on' },
    state_file: { type: 'path', doc: 'A state file, from project_path on; no program is asked' },
    outputs_file: { type: 'path', doc: "What 'tofu output -json' printed; no program is asked" },
    name: { type: 'str', doc: 'The one output that is wanted: the result’s `value`' },
    format: { type: 'str', choices: ['json', 'raw'], default: 'json', doc: '`raw` gives the value as text' },
    binary_path: { type: 'path', doc: 'The program to ask, instead of `tofu` or `terraform`' },
    workspace: { type: 'str', doc: 'The workspace; default: the one selected in the stack’s folder' },
  },
  rules: {
    required_one_of: [['project_path', 'state_file', 'outputs_file']],
    required_if: [['format', 'raw', ['name']]],
  },
  local: true,
  read: ({ name: _name, format: _format, ...source }, controller) => readOutputs(source, controller),
  plan({ name, format }, outputs) {
    if (name === undefined) return nothing({ outputs: Object.fromEntries(outputs.values) })
    const { value } = outputNamed(outputs, name)
    return nothing({ value: format === 'raw' ? raw(name, value) : value })
  },
})

async function readOutputs(source: Fields<TofuSource>, controller: Controller) {
  const folder = controller.variables.has('playbook_dir') ? controller.variables.get('playbook_dir') : '.'
  const given = Object.entries(source).filter(([, value]) => value !== undefined)
  const outputs = await readTofuOutputs(Object.fromEntries(given), String(folder))
  for (const { sensitive, value } of outputs.values.values()) if (sensitive) controller.conceal(value)
  return outputs
}

type Fields<T> = { readonly [K in keyof T]?: T[K] | undefined }

// As `tofu output -raw` does: what is not one text, number or boolean has no plain form.
function raw(name: string, value: TofuOutput['value']): string {
  if (typeof value !== 'object') return String(value)
  throw new TaskError(`output '${name}' is no text, number or boolean`, { hint: 'Leave format: raw away.' })
}
