import { type CallLog, createCallLog } from './call-log.ts'
import { Parameters, refusalXml } from './protocol.ts'
import { answer, bodyOf, environmentFor, listen } from './server.ts'

/** A proxy in front of a server that speaks AWS's query protocol: it keeps a log, and lets things go wrong. */
export interface FaultProxy extends CallLog {
  readonly url: string
  /** Environment of a run that asks through it. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** @param target URL of the server, without a path */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const log = createCallLog()
  const { url, close } = await listen(async (request, response) => {
    const body = await bodyOf(request)
    const parameters = new Parameters(new URLSearchParams(body.toString()))
    const fault = log.arrived({ action: parameters.required('Action'), parameters: parameters.record() })
    if (fault.refuse !== undefined) {
      answer(response, { status: fault.refuse.status, body: refusalXml('iam', fault.refuse) }, {})
      return
    }
    const headers = {
      authorization: request.headers.authorization ?? '',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const answered = await fetch(target, { method: 'POST', headers, body: body.toString() })
    answer(response, { status: answered.status, body: Buffer.from(await answered.arrayBuffer()) }, fault)
  })
  return { ...log, url, environment: environmentFor(url, 'AKIAMOTO'), close }
}
