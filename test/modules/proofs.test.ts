import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadModule } from '../../src/modules/index.ts'
import { readRecorded } from '../conformance/recorded-modules.ts'
import { EXCEPTIONS, MODULES, PROOFS, type Proof } from './proofs.ts'

// Of every module that roles cannot do without: a table of plans, a run on a Debian host and on one with busybox only,
// and a recorded comparison with Ansible's; or the reason why there is none.
const test = suite('what is proven of every module')
const HERE = dirname(fileURLToPath(import.meta.url))

const textsOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
const units = textsOf(HERE)
const lab = textsOf(join(HERE, 'lab'))
const everywhere = lab.filter((text) => text.includes('await onEveryHost('))
const debian = [
  ...lab.filter((text) => !text.includes("'busybox-1')")),
  readFileSync(join(HERE, 'cases/cluster.ts'), 'utf8'),
  readFileSync(join(HERE, '../e2e/modules.test.ts'), 'utf8'),
]
const recorded = readRecorded()

/** The name by which a text uses a module's definition. */
function nameIn(text: string, module: string): string | undefined {
  const imports = new RegExp(`import \\{([^}]*\\b${module}_?\\b[^}]*)\\} from '[./]*src/modules/`).exec(
    text,
  )?.[1]
  const [, name, other] = new RegExp(`\\b(${module}_?)\\b(?: as (\\w+))?`).exec(imports ?? '') ?? []
  return other ?? name
}

function uses(text: string, module: string): boolean {
  const name = nameIn(text, module)
  const inPlaybook = new RegExp(`\\{ name: .*, ${module}: `).test(text)
  return inPlaybook || (name !== undefined && text.split(new RegExp(`\\b${name}\\b`)).length > 2)
}

// What runs on the controller needs no host for its plan: whatever tests it tests that.
function planTested(module: string, local: boolean): boolean {
  return units.some((text) => {
    const name = nameIn(text, module)
    return name !== undefined && (local || new RegExp(`planOf\\(\\s*${name}\\b`).test(text))
  })
}

async function proofsOf(module: string): Promise<Readonly<Record<Proof, boolean>>> {
  const definition = await loadModule(module)
  assert.ok(definition, `${module} is no module`)
  return {
    plan: planTested(module, definition.local === true),
    debian: debian.some((text) => uses(text, module)),
    busybox: everywhere.some((text) => uses(text, module)),
    ansible: recorded.has(module),
  }
}

for (const module of MODULES) {
  test(module, async () => {
    const proofs = await proofsOf(module)
    const missing = PROOFS.filter((proof) => !proofs[proof])
    const excepted = EXCEPTIONS.filter(({ modules }) => modules.includes(module)).flatMap(
      ({ proofs }) => proofs,
    )
    assert.equal([...new Set(excepted)].sort(), [...missing].sort(), `what is not proven of ${module}`)
  })
}

test.run()
