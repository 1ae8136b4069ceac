import type { Host } from './model.ts'

/** Values of a play's `order:` keyword. */
export const ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const

/** In which order the hosts of a play are taken. */
export type Order = (typeof ORDERS)[number]

/** The hosts in the wanted order (Ansible docs: 'Ordering execution based on inventory'). */
export function orderHosts(hosts: readonly Host[], order: Order, random: () => number): readonly Host[] {
  return ARRANGE[order](hosts, random)
}

type Arrange = (hosts: readonly Host[], random: () => number) => readonly Host[]

const ARRANGE: Readonly<Record<Order, Arrange>> = {
  inventory: (hosts) => hosts,
  reverse_inventory: (hosts) => [...hosts].reverse(),
  sorted: (hosts) => [...hosts].sort(byName),
  reverse_sorted: (hosts) => [...hosts].sort(byName).reverse(),
  shuffle: (hosts, random) =>
    hosts
      .map((host) => ({ host, rank: random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ host }) => host),
}

function byName(a: Host, b: Host): number {
  return a.name < b.name ? -1 : 1
}
