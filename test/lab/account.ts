import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from './types.ts'

/** Empties the lab's AWS account, from inside the lab's network. moto is up some seconds after the lab: it waits. */
export async function emptyAccount({ awsEndpoint }: Pick<Lab, 'awsEndpoint'>): Promise<void> {
  const reset = () => fetch(`${awsEndpoint}/moto-api/reset`, { method: 'POST' })
  for (let tries = 40; tries > 0; tries--) {
    if (
      await reset().then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await sleep(500)
  }
  const { status } = await reset()
  throw new Error(`lab: moto does not empty its account: status ${status}`)
}
