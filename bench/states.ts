/** What a run says of each task on one host, in order: `ok`, `changed`, `skipping`… Undefined for output of another form. */
export function statesOf(output: string, host: string): readonly string[] | undefined {
  if (!/^PLAY RECAP/m.test(output)) return undefined
  return [...output.matchAll(/^(ok|changed|skipping|fatal|failed): \[([^\]]+)\]/gm)].flatMap(
    ([, status = '', name]) => (name === host ? [status] : []),
  )
}

/** How many changes a run reports, over all hosts; undefined where it does not tell them from successes, as pyinfra. */
export function changesIn(output: string): number | undefined {
  const recap = [...output.matchAll(/^\S+\s+: ok=\d+\s+changed=(\d+)/gm)]
  return recap.length === 0 ? undefined : recap.reduce((sum, [, changed]) => sum + Number(changed), 0)
}
