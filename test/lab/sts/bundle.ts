import { build } from 'esbuild'

/** The STS double with all that it needs in one file, for a host that has Node and nothing else. */
export async function bundleSts(): Promise<Uint8Array> {
  const entry = new URL('./main.ts', import.meta.url).pathname
  const { outputFiles } = await build({
    ...{
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    },
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('lab: the STS double could not be bundled')
  return file.contents
}
