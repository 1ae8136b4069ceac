import { join } from 'node:path'
import { isDictionary } from '../core/values/dictionary.ts'
import { loadModule } from '../modules/index.ts'
import type { LoadedRole, LoadedTask } from './model.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * The task that checks a role's parameters against its `argument_specs`, before all others and whatever the tags
 * (Ansible: 'Role argument validation'); none where the role has no spec for this entry point.
 */
export async function specTask(
  role: LoadedRole,
  meta: Readonly<Record<string, unknown>>,
  entryPoint: string,
  { passed, playbookDir }: Surroundings,
): Promise<readonly LoadedTask[]> {
  const specs = isDictionary(meta.argument_specs) ? meta.argument_specs : {}
  const spec = specs[entryPoint]
  if (!isDictionary(spec)) return []
  const module = await loadModule('validate_argument_spec')
  if (module === undefined) return []
  const described = typeof spec.short_description === 'string' ? ` - ${spec.short_description}` : ''
  return [
    {
      ...passed,
      tags: [...passed.tags, 'always'],
      kind: 'task',
      name: `Validating arguments against arg spec '${entryPoint}'${described}`,
      action: 'validate_argument_spec',
      module,
      args: {
        argument_spec: isDictionary(spec.options) ? spec.options : {},
        validate_args_context: { name: role.name },
      },
      at: { file: join(role.path, 'meta') },
      context: { role, playbookDir, taskDir: join(role.path, 'tasks') },
      loop_control: {},
      listen: [],
    },
  ]
}
