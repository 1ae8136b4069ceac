import { suite } from 'uvu'
import { TARGET } from '../../helpers/module-harness.ts'
import { type Lab, labUnavailable, openLab, startLab } from '../../lab/index.ts'
import { clusterCases, KUBECONFIG } from '../cases/cluster.ts'

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
  const lab = await started
  const sh = async (script: string) => {
    const { code, stdout, stderr } = await lab.sh(HOST, `export KUBECONFIG=${KUBECONFIG}\n${script}`)
    if (code !== 0) throw new Error(`${script}: exit code ${code}: ${stderr}`)
    return stdout
  }
  const shell = {
    target: TARGET,
    async request(script: { readonly text: string }) {
      const { code, stdout, stderr } = await lab.sh(HOST, `( ${script.text}\n) </dev/null`)
      return { code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) }
    },
    close: async () => {},
  }
  return { shell, sh }
}

clusterCases(missing === undefined ? tests : tests.skip, host)

tests.after(async () => {
  await (await started)?.stop()
})

tests.run()
