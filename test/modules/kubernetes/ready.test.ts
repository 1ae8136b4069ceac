import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Readiness, readiness, type WantedCondition } from '../../../src/modules/kubernetes/ready.ts'

const test = suite('readiness of objects of Kubernetes')

const condition = (type: string, status = 'True', reason?: string) => ({
  ...{ type, status },
  ...(reason !== undefined && { reason, message: 'because' }),
})
const wanted = (type: string, own: Partial<WantedCondition> = {}): WantedCondition => ({
  ...{ type, status: 'True', reason: undefined },
  ...own,
})
const replicas = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, observedGeneration: 3 }

const cases: readonly [string, string, object, WantedCondition | undefined, Readiness][] = [
  ['a Job that runs', 'Job', { active: 1 }, undefined, 'waiting'],
  ['a Job without a status', 'Job', {}, undefined, 'waiting'],
  ['a Job that is complete', 'Job', { conditions: [condition('Complete')] }, undefined, 'ready'],
  [
    'a Job whose condition does not hold',
    'Job',
    { conditions: [condition('Complete', 'False')] },
    undefined,
    'waiting',
  ],
  [
    'a Job that failed',
    'Job',
    { conditions: [condition('Failed', 'True', 'BackoffLimitExceeded')] },
    undefined,
    { failed: 'BackoffLimitExceeded: because' },
  ],
  [
    'a Job that failed and was to complete',
    'Job',
    { conditions: [condition('Failed')] },
    wanted('Complete'),
    { failed: 'it failed' },
  ],
  ['a Job that was to fail', 'Job', { conditions: [condition('Failed')] }, wanted('Failed'), 'ready'],
  ['a Pod that is pending', 'Pod', { phase: 'Pending' }, undefined, 'waiting'],
  [
    'a Pod that is not ready',
    'Pod',
    { phase: 'Running', containerStatuses: [{ ready: false }] },
    undefined,
    'waiting',
  ],
  [
    'a Pod that is ready',
    'Pod',
    { phase: 'Running', containerStatuses: [{ ready: true }] },
    undefined,
    'ready',
  ],
  [
    'a Pod that is done',
    'Pod',
    { phase: 'Succeeded', containerStatuses: [{ ready: false }] },
    undefined,
    'ready',
  ],
  [
    'a Pod that failed',
    'Pod',
    { phase: 'Failed', reason: 'Evicted' },
    undefined,
    { failed: 'Failed: Evicted' },
  ],
  ['a Deployment that is done', 'Deployment', replicas, undefined, 'ready'],
  [
    'a Deployment nobody has seen yet',
    'Deployment',
    { ...replicas, observedGeneration: 2 },
    undefined,
    'waiting',
  ],
  ['a Deployment with an old replica left', 'Deployment', { ...replicas, replicas: 3 }, undefined, 'waiting'],
  ['a StatefulSet that is done', 'StatefulSet', { ...replicas, readyReplicas: 2 }, undefined, 'ready'],
  [
    'a DaemonSet on each node but one',
    'DaemonSet',
    { observedGeneration: 3, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberReady: 2 },
    undefined,
    'waiting',
  ],
  ['any other object', 'ConfigMap', {}, undefined, 'ready'],
  ['an object that lacks a condition', 'Widget', {}, wanted('Ready'), 'waiting'],
  ['an object in a condition', 'Widget', { conditions: [condition('Ready')] }, wanted('Ready'), 'ready'],
  [
    'an object in a condition for another reason',
    'Widget',
    { conditions: [condition('Ready', 'True', 'Soon')] },
    wanted('Ready', { reason: 'Now' }),
    'waiting',
  ],
]

for (const [name, kind, status, condition, expected] of cases) {
  test(`${name}: ${typeof expected === 'string' ? expected : 'failed'}`, () => {
    const metadata = { name: 'a', generation: 3 }
    const object = { apiVersion: 'v1', kind, metadata, spec: { replicas: 2 }, status }
    assert.equal(readiness(object, condition), expected)
  })
}

test.run()
