interface Page {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** All pages of a list. */
export async function* pages<P extends Page>(
  ask: (marker: { Marker?: string }) => Promise<P>,
): AsyncGenerator<P> {
  let marker: { Marker?: string } = {}
  for (;;) {
    const page = await ask(marker)
    yield page
    if (!page.IsTruncated || page.Marker === undefined) return
    marker = { Marker: page.Marker }
  }
}
