// Makes one small file each of the libraries that every run reads. As packages they are some 150 files, and a run from
// single files spends a tenth of a second on finding and reading them, before the first byte is on the wire.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** What the code asks for, and what is to be in the file. */
const LIBRARIES = {
  yaml: "module.exports = require('yaml')",
  nunjucks: "module.exports = require('nunjucks')",
  ssh2: "module.exports = { ...require('ssh2'), ...require('node-ssh') }",
  'fastest-levenshtein': "module.exports = require('fastest-levenshtein')",
  picocolors: "module.exports = require('picocolors')",
}
/** Those that are modules, and are imported. */
const MODULES = ['p-limit', 'execa']

// For what a module takes from packages that are none.
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

/** Packages that are in the files, so that nobody has to install them. */
export const BUNDLED = [...Object.keys(LIBRARIES), 'node-ssh', ...MODULES]

const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  // Parts that ssh2 and nunjucks do without when they are not there: faster ciphers in C++, and watching of files.
  external: ['cpu-features', '*.node', 'chokidar'],
}

/** Writes the libraries and the licences of all that is in them. */
export async function writeLibraries(folder) {
  mkdirSync(folder, { recursive: true })
  const results = await Promise.all([
    ...Object.entries(LIBRARIES).map(([name, contents]) =>
      build({
        ...OPTIONS,
        stdin: { contents, resolveDir: '.' },
        format: 'cjs',
        outfile: join(folder, `${name}.cjs`),
      }),
    ),
    ...MODULES.map((name) =>
      build({
        ...OPTIONS,
        entryPoints: [name],
        format: 'esm',
        outfile: join(folder, `${name}.js`),
        banner: { js: REQUIRE },
      }),
    ),
  ])
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  writeFileSync(join(folder, 'LICENSES.md'), licences(inputs))
}

/** Lets compiled code ask for the files instead of the packages. `from` is the folder of the files as it sees it. */
export const useLibraries = (from) => ({
  name: 'libraries',
  renderChunk: (code) => {
    let text = code.replaceAll("('node-ssh')", `('${from}/ssh2.cjs')`)
    for (const name of Object.keys(LIBRARIES)) {
      const file = `${from}/${name}.cjs`
      text = text
        .replaceAll(`('${name}')`, `('${file}')`)
        .replaceAll(
          new RegExp(`^import \\{([^}]*)\\} from '${name}';`, 'gm'),
          (_, names) => `const {${names.replaceAll(' as ', ': ')}} = playscriptRequire('${file}');`,
        )
      if (text.includes(`from '${name}'`))
        throw new Error(`${name} is imported in a way that is not foreseen`)
    }
    if (!text.includes('playscriptRequire(')) return { code: text, map: null }
    const require = "import { createRequire as playscriptCreateRequire } from 'node:module'"
    return {
      code: `${require}\nconst playscriptRequire = playscriptCreateRequire(import.meta.url)\n${text}`,
      map: null,
    }
  },
})

export const modulePaths = (from) => Object.fromEntries(MODULES.map((name) => [name, `${from}/${name}.js`]))

function licences(inputs) {
  const folders = new Set(
    inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  )
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
    const text = file === undefined ? `Licence: ${license}\n` : readFileSync(join(folder, file), 'utf8')
    return `## ${name} ${version}\n\n${text.trim()}\n`
  })
  return `# What is in these files\n\n${texts.join('\n')}`
}
