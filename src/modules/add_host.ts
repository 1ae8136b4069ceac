import { ArgumentError } from '../core/errors.ts'
import { defineModule, type InventoryView } from '../core/module.ts'
import { compactJson } from '../core/values/json.ts'

/**
 * Add a host to the inventory, or groups and variables to one that is there, for the plays that follow.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/add_host_module.html
 *
 * It runs once for all hosts. Whatever stands beside `name` and `groups` is a variable of the host. Nothing outside
 * of the run changes, so check mode adds it too.
 *
 * @example
 * { add_host: { name: '{{ server.public_ip }}', groups: ['fresh'], ansible_user: 'debian' } }
 */
export const add_host = defineModule({
  name: 'add_host',
  doc: 'Add a host to the inventory for the plays that follow',
  exact: true,
  args: {
    name: {
      type: 'str',
      required: true,
      aliases: ['host', 'hostname'],
      doc: 'Name or address, with :port where wanted',
    },
    groups: { type: 'list', elements: 'str', aliases: ['group', 'groupname'], doc: 'Groups to list it in' },
  },
  open: true,
  local: true,
  once: true,
  prepare: (_args, { inventory }) => inventory,
  plan({ name: given, groups = [], ...others }, _state: undefined, { local: inventory }) {
    const { name, port } = splitPort(given)
    if (name === '' || name.startsWith('-'))
      throw new ArgumentError(`'${given}' cannot be the name of a host`)
    const host = {
      host_name: name,
      groups: groups.map((group) => group.trim()).filter((group) => group !== ''),
      host_vars: { ...(port === undefined ? {} : { ansible_ssh_port: port }), ...others },
    }
    return { changes: changesFor(host, inventory), steps: [], result: { add_host: host } }
  },
})

interface AddedHost {
  readonly host_name: string
  readonly groups: readonly string[]
  readonly host_vars: Readonly<Record<string, unknown>>
}

function changesFor({ host_name, groups, host_vars }: AddedHost, inventory: InventoryView) {
  const known = inventory.hosts.get(host_name)
  const present: Readonly<Record<string, unknown>> = { ...known?.vars, ...known?.data }
  const joined = groups.filter((group) => inventory.groups.get(group)?.hosts.includes(host_name) !== true)
  const set = Object.entries(host_vars).filter(
    ([name, value]) => compactJson(present[name]) !== compactJson(value),
  )
  return [
    ...(known === undefined ? [{ what: 'state', before: 'absent', after: 'present' }] : []),
    ...joined.map((group) => ({ what: 'group', before: undefined, after: group })),
    ...set.map(([name, value]) => ({ what: name, before: present[name], after: value })),
  ]
}

// `[::1]:22`, `host:22`; an IPv6 address without brackets has colons of its own.
function splitPort(text: string): { readonly name: string; readonly port?: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text.trim()) ?? []
  const name = bracketed ?? plain ?? text.trim()
  return port === undefined ? { name } : { name, port: Number(port) }
}
