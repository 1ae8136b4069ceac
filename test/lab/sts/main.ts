import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { createSts } from './server.ts'

// Runs on the lab's services host, bundled into one file: `node sts.mjs <port> <upstream> <URL of the CA's root>`.
const [port = '5000', upstream = '', roots = ''] = process.argv.slice(2)

// The CA of the lab has a new root at each of its starts; its own TLS is by a CA that the host trusts.
const bundle = readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8')
const fetchRoot = () =>
  new Promise<string>((resolve, reject) => {
    get(roots, { ca: bundle }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve(text)
    }).on('error', reject)
  })

createSts({ upstream, ca: fetchRoot }).listen(Number(port), '0.0.0.0')
