import type { Context, ProbeOutput } from '../../core/module.ts'
import { type Script, sh } from '../../core/quote.ts'
import {
  type Answer,
  answerScript,
  kubectlFailed,
  kubectlScript,
  NO_ANSWER,
  objectsIn,
  option,
  readAnswers,
  withStdin,
} from './kubectl.ts'
import { keyOf, type Manifest, titleOf } from './manifest.ts'
import { type Batch, batchesOf, type Request, writeScript } from './write.ts'

/** One object: as it is wanted, as it is, and as the server says it would be. */
export interface View {
  readonly wanted: Manifest
  readonly before: Manifest | undefined
  readonly after: Manifest | undefined
}

type Look = Pick<Context<readonly Manifest[]>, 'local' | 'target'>

/**
 * Asks for the objects as they are and, unless they are to go, what the server would make of them: a dry run that
 * passes every default, webhook and check of the server, and stores nothing.
 */
export function lookAt(request: Request, { local, target }: Look): Script {
  const made = new Set(local.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : [])))
  const questions = batchesOf(request, local).flatMap((batch) => {
    const get = getScript(batch, 'ask')
    return request.state === 'absent' ? [get] : [get, dryRun(request, batch, made)]
  })
  return kubectlScript(request, target.temp, ...questions)
}

/** Asks for the objects of a batch that are there. */
export function getScript(batch: Batch, run: 'ask' | 'kube'): Script {
  const words = [
    'get',
    ...option('namespace', batch.namespace),
    '--ignore-not-found',
    '-o',
    'json',
    '-f',
    '-',
  ]
  return withStdin(batch.manifests, run, words)
}

// Nothing can be asked about an object whose namespace this very task is still to make.
function dryRun(request: Request, batch: Batch, made: ReadonlySet<string | undefined>): Script {
  const ask = writeScript(request, batch, 'ask', true)
  if (batch.home === undefined || !made.has(batch.home)) return ask
  return sh`if [ -n "$(kube get namespace ${batch.home} --ignore-not-found -o name)" ]; then ${ask}
else ${answerScript(NO_ANSWER)}; fi`
}

/** What the cluster answered. @throws {TaskError} in kubectl's words when it refuses */
export function readViews(
  { text }: Pick<ProbeOutput, 'text'>,
  request: Request,
  manifests: readonly Manifest[],
): readonly View[] {
  const answers = [...readAnswers(text)]
  return batchesOf(request, manifests).flatMap((batch) => {
    const found = answered(answers.shift(), 'the cluster does not answer')
    const before = new Map(objectsIn(found.stdout).map((object) => [keyOf(object), object]))
    const after = request.state === 'absent' ? [] : afterwards(answers.shift(), batch)
    return batch.manifests.map((wanted, index) => ({
      wanted,
      before: before.get(keyOf(wanted)),
      after: after[index],
    }))
  })
}

function afterwards(answer: Answer | undefined, batch: Batch): readonly Manifest[] {
  if (answer?.code === NO_ANSWER) {
    return batch.manifests.map((manifest) => ({
      ...manifest,
      metadata: { ...manifest.metadata, ...(batch.home !== undefined && { namespace: batch.home }) },
    }))
  }
  const { stdout } = answered(answer, `the server refuses ${batch.manifests.map(titleOf).join(', ')}`)
  return objectsIn(stdout)
}

function answered(answer: Answer | undefined, problem: string): Answer {
  if (answer?.code === 0) return answer
  throw kubectlFailed(problem, answer ?? { code: 1, stdout: '', stderr: '' })
}
