import { suite } from 'uvu'
import { type Lab, labUnavailable, openLab, startLab } from '../../lab/index.ts'
import { clusterCases, clusterHost } from '../cases/cluster.ts'

const tests = suite('k8s, k8s_info and k8s_log against the cluster API stand-in')
const missing = labUnavailable()
if (missing !== undefined) console.log(`skipped: ${missing}`)
const HOST = 'k3s-cluster'

let started: Promise<Lab> | undefined

/** The lab of a developer at work, or one of its own. */
async function theLab(): Promise<Lab> {
  const dir = process.env.PLAYSCRIPT_LAB
  if (dir === undefined) return startLab({ hosts: [{ name: HOST, profile: 'k8s' }], services: false })
  const lab = openLab(dir)
  await lab.reset(HOST)
  return lab
}

async function host() {
  started ??= theLab()
  return clusterHost(await started, HOST)
}

clusterCases(missing === undefined ? tests : tests.skip, host)

tests.after(async () => {
  await (await started)?.stop()
})

tests.run()
