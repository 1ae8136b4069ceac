import type { Variables } from '../core/scope.ts'
import type { Expressions } from '../inventory/constructed.ts'

/** Evaluates the expressions of constructed inventories, without lookups that run programs or use the network. */
export async function inventoryExpressions(): Promise<Expressions> {
  const { createTemplar } = await import('../template/index.ts')
  const { createScope } = await import('../vars/scope.ts')
  const templar = createTemplar({ outside: false, suggest: false })
  const scopeOf = (values: Variables) =>
    createScope([{ kind: 'templates', values }], (value, scope) => templar.render(value, scope))
  return {
    evaluate: (expression, variables) => templar.evaluate(expression, scopeOf(variables)),
    render: (text, variables) => templar.render(text, scopeOf(variables)),
  }
}
