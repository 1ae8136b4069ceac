/**
 * The promise's outcome, or what `late` gives when that takes longer than `seconds`. The promise itself goes on;
 * `late` ends what it waits for.
 */
export async function withDeadline<T>(
  promise: Promise<T>,
  seconds: number,
  late: () => Promise<T> | T,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000, 'late')
  })
  // When time is up nobody waits for the promise any more, and its rejection must not end the process.
  promise.catch(() => {})
  try {
    const first = await Promise.race([promise.then((value) => ({ value })), passed])
    return first === 'late' ? await late() : first.value
  } finally {
    clearTimeout(timer)
  }
}
