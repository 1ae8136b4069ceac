import { StringDecoder } from 'node:string_decoder'
import type { RequestOptions } from '../core/remote.ts'
import type { Secrets } from '../core/secrets.ts'

type Stream = 'stdout' | 'stderr'

/**
 * Passes on what a task prints while it runs, as text and without secrets: neither a character nor a secret that comes
 * in two pieces is cut. `end` gives what waited for more.
 */
export function liveOutput(
  secrets: Secrets,
  show: (stream: Stream, text: string) => void,
): { readonly take: NonNullable<RequestOptions['onOutput']>; readonly end: () => void } {
  const streams: Record<Stream, { readonly decoder: StringDecoder; rest: string }> = {
    stdout: { decoder: new StringDecoder('utf8'), rest: '' },
    stderr: { decoder: new StringDecoder('utf8'), rest: '' },
  }
  return {
    take: (name, chunk) => {
      const stream = streams[name]
      const { shown, rest } = secrets.maskHead(stream.rest + stream.decoder.write(chunk))
      stream.rest = rest
      if (shown !== '') show(name, shown)
    },
    end: () => {
      for (const name of ['stdout', 'stderr'] as const) {
        const { decoder, rest } = streams[name]
        const left = secrets.maskText(rest + decoder.end())
        if (left !== '') show(name, left)
        streams[name].rest = ''
      }
    },
  }
}
