import type { Variables } from '../core/scope.ts'
import type { LoadedRole } from '../playbook/model.ts'

/** A role below those that include it or depend on it, whose variables it sees: itself the last. */
export function lineageOf(role: LoadedRole): LoadedRole[] {
  const above = role.dependent ?? role.parent
  return above === undefined ? [role] : [...lineageOf(above), role]
}

// The roles that a role was included from, the nearest first; a dependency, with the role that depends on it.
function parentsOf({ parent, dependent }: LoadedRole): LoadedRole[] {
  if (dependent !== undefined) return parentsOf(dependent)
  return parent === undefined ? [] : [parent, ...parentsOf(parent)]
}

/** The variables that tell a role where it was included from. */
export function parentVariables(role: LoadedRole): Variables {
  const parents = parentsOf(role)
  if (parents.length === 0) return {}
  return {
    ansible_parent_role_names: parents.map((one) => one.name),
    ansible_parent_role_paths: parents.map((one) => one.path),
  }
}

/** The names of a play's roles: of those it names itself, or of those that these depend on. */
export function roleNames(
  roles: readonly LoadedRole[],
  { dependency }: { readonly dependency: boolean },
): readonly string[] {
  const names = roles.filter((role) => (role.dependent !== undefined) === dependency).map((role) => role.name)
  return dependency ? [...new Set(names)] : names
}
