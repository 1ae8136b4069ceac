// Joins the compiled files of dist/src into a few. Under tsx each file costs two milliseconds or more before the first
// byte is on the wire: a run from single files reads some 240 of them, this one ten.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { transform } from 'esbuild'
import { rollup } from 'rollup'
import { modulePaths, useLibraries, writeLibraries } from './libraries.js'

const at = (path) => resolve('dist/src', path)
const files = readdirSync('dist/src', { recursive: true }).filter((name) => name.endsWith('.js'))

// What belongs together; each takes along what it needs, so far as none before it has that. All else (AWS, the vault's
// commands, conversion, zx) is in chunks of its own, that are read when they are asked for.
const USUAL =
  `apt assert command copy debug fail file get_url group lineinfile package ping service set_fact setup shell
  stat systemd template unarchive user`.split(/\s+/)
const others = readdirSync('src/modules')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `modules/${name.slice(0, -3)}`)
  .filter((name) => !['modules/index', 'modules/describe'].includes(name))
const chunks = {
  // All that is read before the compile cache is on.
  start: ['index', 'cli/start'],
  playbook: [
    ...['cli/process', 'cli/run-playbook', 'cli/lists', 'playbook/locate'],
    // For the first connections, which are dialled while all else is loaded.
    ...[
      'engine/connections',
      'engine/ahead',
      'engine/dial-ahead',
      'inventory/load',
      'inventory/variable-folder',
    ],
    ...['cli/connection-defaults', 'cli/extra-vars'],
  ],
  ssh: ['connection/ssh'],
  run: [
    ...['engine/run', 'engine/select-hosts', 'engine/facts-ahead', 'playbook/validate'],
    ...['cli/gate', 'cli/config/hide-results', 'report/human'],
    ...['template/index', 'vars/vault/filters', ...USUAL.map((name) => `modules/${name}`)],
  ],
  command: ['cli/main'],
  // All others in one: who names one of them mostly names several.
  modules: others,
}

// A file belongs to the first of them that needs it: so no two can need one another.
function assign(getModuleInfo) {
  const owners = new Map()
  for (const [name, roots] of Object.entries(chunks)) {
    const open = roots.map((root) => at(`${root}.js`))
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (owners.has(id) || !id.startsWith('/')) continue
      owners.set(id, name)
      open.push(...getModuleInfo(id).importedIds)
    }
  }
  return owners
}
let owners

// tsx rewrites each file that imports dynamically, and maps every word of it to where it was: half a second for a file of
// this size. So one small file does it for all. What is imported lies beside it, or is a package, or an absolute path.
const LOAD = 'export const load = (path) => import(path)\n'
const dynamicImports = {
  name: 'dynamic-imports',
  renderDynamicImport: () => ({ left: 'playscriptLoad(', right: ')' }),
  renderChunk: (code, { fileName }) => {
    if (!code.includes('playscriptLoad(')) return null
    if (!fileName.startsWith('bundle/')) throw new Error(`${fileName} imports dynamically and is no chunk`)
    return { code: `import { load as playscriptLoad } from './load.js'\n${code}`, map: null }
  },
}

const build = await rollup({
  input: { index: at('index.js'), bin: at('bin.js') },
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  onwarn: (warning) => {
    // A helper of the compiler's, which asks for `this` first and then does without.
    if (warning.code !== 'THIS_IS_UNDEFINED') throw new Error(warning.message)
  },
  treeshake: false,
  plugins: [dynamicImports, useLibraries('../libraries')],
})
const { output } = await build.generate({
  manualChunks: (id, { getModuleInfo }) => {
    owners ??= assign(getModuleInfo)
    return owners.get(id)
  },
  hoistTransitiveImports: false,
  // The depth of these names is that of the files: some find package.json from where they are.
  chunkFileNames: 'bundle/[name].js',
  minifyInternalExports: false,
  paths: modulePaths('../libraries'),
})
for (const name of files) rmSync(at(name))
mkdirSync(at('bundle'), { recursive: true })
writeFileSync(at('bundle/load.js'), LOAD)
await writeLibraries(at('libraries'))
// Names stay, for traces of what should never have happened; comments and line breaks only take time to read.
const compact = {
  format: 'esm',
  minifyWhitespace: true,
  minifySyntax: true,
  target: 'node20',
  legalComments: 'none',
}
for (const { fileName, code } of output)
  writeFileSync(at(fileName), (await transform(code, { ...compact, lineLimit: 200 })).code)
