import { defineModule } from '../core/module.ts'

/**
 * Put the host into a group of the inventory, made when it is new, for the plays that follow.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/group_by_module.html
 *
 * Blanks in the group's name become dashes. Nothing outside of the run changes, so check mode groups too.
 *
 * @example
 * { group_by: { key: 'os_{{ ansible_facts.distribution }}' } }
 */
export const group_by = defineModule({
  name: 'group_by',
  doc: 'Put the host into a group of the inventory for the plays that follow',
  args: {
    key: { type: 'str', required: true, doc: 'Name of the group' },
    parents: {
      type: 'list',
      elements: 'str',
      default: ['all'],
      doc: 'Groups that the group shall be a child of',
    },
  },
  local: true,
  prepare: (_args, { inventory, variables }) => ({
    inventory,
    host: String(variables.get('inventory_hostname')),
  }),
  plan({ key, parents }, _state: undefined, { local: { inventory, host } }) {
    const group = dashed(key)
    const above = parents.map(dashed)
    const known = inventory.groups.get(group)
    // Every group is below `all`.
    const missing = above.filter(
      (parent) => parent !== 'all' && inventory.groups.get(parent)?.children.includes(group) !== true,
    )
    return {
      changes: [
        ...(known?.hosts.includes(host) ? [] : [{ what: 'group', before: undefined, after: group }]),
        ...missing.map((parent) => ({ what: 'parent', before: undefined, after: parent })),
      ],
      steps: [],
      result: { add_group: group, parent_groups: above },
    }
  },
})

function dashed(name: string): string {
  return name.replaceAll(' ', '-')
}
