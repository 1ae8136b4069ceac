import type { Contender } from './contenders.ts'
import type { Cell, Results } from './results.ts'

const PARTS: Record<Cell['part'], string> = {
  connect: 'connect, one `true`',
  first: 'k8s role, first converge',
  converged: 'k8s role, converged',
  micro: '100 micro tasks, converged',
}

type Field = Parameters<Results['median']>[2]

/** A table of one field: a row a cell, a column a contender; with ratios to the first contender where wanted. */
export function table(
  results: Results,
  contenders: readonly Contender[],
  { field, unit, digits, ratios }: { field: Field; unit: string; digits: number; ratios: boolean },
): string {
  const [first] = contenders
  const rows = results.cells().flatMap((cell) => {
    const own = first === undefined ? undefined : results.median(cell, first.name, field)
    const values = contenders.map(({ name }) => {
      const value = results.median(cell, name, field)
      if (value === undefined) return '-'
      const ratio = ratios && name !== first?.name && own ? ` (${(value / own).toFixed(1)}x)` : ''
      return `${value.toFixed(digits)}${ratio}`
    })
    if (values.every((value) => value === '-')) return []
    const hosts = cell.hosts === 1 ? '1 host' : `${cell.hosts} hosts`
    return [`| ${PARTS[cell.part]}, ${hosts}, ${cell.latency} ms | ${values.join(' | ')} |`]
  })
  if (rows.length === 0) return ''
  return [
    `| ${unit} | ${contenders.map(({ title }) => title).join(' | ')} |`,
    `|---|${'--:|'.repeat(contenders.length)}`,
    ...rows,
    '',
  ].join('\n')
}
