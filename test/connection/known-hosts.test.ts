import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  fingerprint,
  judge,
  knownName,
  parseHostKey,
  readHostKey,
  type Verdict,
} from '../../src/connection/known-hosts.ts'
import { hashName, matches, parseKnownHosts } from '../../src/core/known-hosts.ts'

const test = suite('known hosts')

// Made with `ssh-keygen -t …`, fingerprints from `ssh-keygen -l`.
const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIHi8LqIfcebC/u1Rnlm4nsRJ/jzK+sIXqDmEuus17w3u'
const OTHER_ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIIUY5hHPOVNCEEWmCnF/u9SeP5ZPiTK3hoYYR3G22D5L'
const ECDSA =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIPu9Agt+6pseTAvGHWWaTAkpFkvXeNaW1tYhJ9zqCEIg+3wHzHqkamB/G3TqFLjoOAjKgFmi5xm4WaxS9jITYI='
const RSA =
  'AAAAB3NzaC1yc2EAAAADAQABAAABAQDlThibfjseq72MAmOo3ztB5o8YwYEKTWpnGTwle27FE6BaMAix7HByCGA+MZ3B4IDJGNS2Xsng2Da3t1kDyc5qebDGgeCsqsbUyhVTRYsP7EM+7XMiKO9HETzIe3dxnAAGFhds87k1apXjSTJy/rWelBX85y2WUvZCBIZsitEOCy0tFOECXxFDjNPIThyXaTNZWfQAw1rc2OsWzkrFxxa7onP1BYmPMhwCdid2HdnXk8ycbi2cFzk5uLTF7A6bP4U0OoCaBaqUP2xItKFpLO17yq/LYYWVfn5SihpSfTx/YzaxCDc+GY1ypPavCVIFqmbYdTF2c3yIkew4L23nUdhV'
const FINGERPRINTS = [
  [ED25519, 'ssh-ed25519', 'SHA256:60ToCcTBsEebqrUXuhc0zH6OSdC/pDc2/trIaBJIxZs'],
  [OTHER_ED25519, 'ssh-ed25519', 'SHA256:2+oRS52jLL0Bvhi+beMfDDzhSjeVj20L4qqcRE0JycI'],
  [ECDSA, 'ecdsa-sha2-nistp256', 'SHA256:ErdVAMZQRzICmaCEZyPay3fvoufHtwWOUHjX9oNAoaA'],
  [RSA, 'ssh-rsa', 'SHA256:HA3Fl/k+vpX1bzQsRxQsJRRq6XTvVypUKVG2n7+3VNQ'],
] as const

// What `ssh-keygen -H` made of the names web1.example.com, [web2.example.com]:2222 and 10.0.0.7.
const HASHED = `|1|cBzSkdF+bVY9ssD4Bi7bczNTqKE=|g1O+EQPcqwCnANFiFYD524iojdI= ssh-ed25519 ${ED25519}
|1|EjuLJCwMwa/l7V7mDXA9hmUnLkI=|QbJkKkjnPbx84GM+52fmgSwOVH8= ecdsa-sha2-nistp256 ${ECDSA}
|1|ZcQ6/oTu5ta9ke30hlHhYez4SZE=|3Rh1TRjcMvP2OR5n+2MnWJWLFLM= ssh-rsa ${RSA}
`

const FILE = `# a comment

web1.example.com,10.0.0.1 ssh-ed25519 ${ED25519} a comment
[web1.example.com]:2222 ssh-ed25519 ${OTHER_ED25519}
*.lab.example.com,!evil.lab.example.com ssh-ed25519 ${ED25519}
node-? ssh-rsa ${RSA}
many ssh-rsa ${RSA}
many ecdsa-sha2-nistp256 ${ECDSA}
many ssh-ed25519 ${ED25519}
rsa-only ssh-rsa ${RSA}
@revoked * ssh-ed25519 ${OTHER_ED25519}
@cert-authority *.ca.example.com ssh-ed25519 ${ED25519}
@unknown-marker marked ssh-ed25519 ${ED25519}
broken ssh-ed25519
2001:db8::1 ssh-ed25519 ${ED25519}
`

type Row = readonly [name: string, host: string, port: number, key: string, verdict: Verdict['kind']]

const ROWS: readonly Row[] = [
  ['a plain name', 'web1.example.com', 22, ED25519, 'known'],
  ['a name in capitals', 'WEB1.Example.com', 22, ED25519, 'known'],
  ['a further name of the line', '10.0.0.1', 22, ED25519, 'known'],
  ['an IPv6 address', '2001:db8::1', 22, ED25519, 'known'],
  ['another key', 'web1.example.com', 22, ECDSA, 'changed'],
  ['the name without its port', 'web1.example.com', 4444, ED25519, 'known'],
  ['another key than without its port', 'web1.example.com', 4444, ECDSA, 'unknown'],
  ['another key for the name with its port', 'web1.example.com', 2222, ECDSA, 'changed'],
  ['a name that nobody knows', 'web9.example.com', 22, ED25519, 'unknown'],
  ['a name that only begins like a known one', 'web1.example.com.evil', 22, ED25519, 'unknown'],
  ['a dot is no wildcard', 'web1xexample.com', 22, ED25519, 'unknown'],
  ['a wildcard', 'a.lab.example.com', 22, ED25519, 'known'],
  ['an exception from a wildcard', 'evil.lab.example.com', 22, ED25519, 'unknown'],
  ['a wildcard for one character', 'node-7', 22, RSA, 'known'],
  ['two characters for one', 'node-17', 22, RSA, 'unknown'],
  ['the first of several keys', 'many', 22, RSA, 'known'],
  ['the second of several keys', 'many', 22, ECDSA, 'known'],
  ['the third of several keys', 'many', 22, ED25519, 'known'],
  ['a key of a type that is not the known one', 'rsa-only', 22, ED25519, 'changed'],
  ['a revoked key', 'anything', 22, OTHER_ED25519, 'revoked'],
  ['a revoked key that is listed, too', 'web1.example.com', 2222, OTHER_ED25519, 'revoked'],
  ['a line whose marker nobody knows', 'marked', 22, ED25519, 'unknown'],
  ['a line without a key', 'broken', 22, ED25519, 'unknown'],
  ['an authority’s own key', 'x.ca.example.com', 22, ED25519, 'unknown'],
]

for (const [name, host, port, base64, verdict] of ROWS) {
  test(`${name} is ${verdict}`, () => {
    const names = [...new Set([knownName(host, port), knownName(host, 22)])]
    const key = readHostKey(Buffer.from(base64, 'base64'))
    assert.is(judge(parseKnownHosts(FILE, 'file'), names, key).kind, verdict)
  })
}

const HASHED_ROWS: readonly Row[] = [
  ['its own name', 'web1.example.com', 22, ED25519, 'known'],
  ['its own port', 'web2.example.com', 2222, ECDSA, 'known'],
  ['an address', '10.0.0.7', 22, RSA, 'known'],
  ['another key', 'web1.example.com', 22, OTHER_ED25519, 'changed'],
  ['another name', 'web3.example.com', 22, ED25519, 'unknown'],
  ['another port', 'web2.example.com', 22, ECDSA, 'unknown'],
]

for (const [name, host, port, base64, verdict] of HASHED_ROWS) {
  test(`hashed: ${name} is ${verdict}`, () => {
    const key = readHostKey(Buffer.from(base64, 'base64'))
    assert.is(judge(parseKnownHosts(HASHED, 'file'), [knownName(host, port)], key).kind, verdict)
  })
}

test('an authority is named, so that the error can say what is expected', () => {
  const key = readHostKey(Buffer.from(ECDSA, 'base64'))
  const verdict = judge(parseKnownHosts(FILE, 'file'), ['x.ca.example.com'], key)
  assert.is(verdict.kind === 'unknown' && verdict.authority?.line, 12)
})

test('lines are counted from one', () => {
  assert.is(parseKnownHosts(FILE, 'file')[0]?.line, 3)
})

test('a hashed name matches itself alone', () => {
  const hashed = hashName('web1')
  assert.match(hashed, /^\|1\|[A-Za-z0-9+/=]{28}\|[A-Za-z0-9+/=]{28}$/)
  assert.ok(matches(hashed, 'web1'))
  assert.not.ok(matches(hashed, 'web2'))
  assert.is.not(hashName('web1'), hashed)
})

for (const [base64, type, print] of FINGERPRINTS) {
  test(`the fingerprint of an ${type} key is ssh-keygen’s`, () => {
    assert.equal(readHostKey(Buffer.from(base64, 'base64')), { type, base64 })
    assert.is(fingerprint({ type, base64 }), print)
  })
}

const WRITTEN: readonly [string, string | undefined][] = [
  [`ssh-ed25519 ${ED25519}`, ED25519],
  [`  ssh-ed25519   ${ED25519} root@host\n`, ED25519],
  [ED25519, ED25519],
  [`web1 ssh-ed25519 ${ED25519}`, ED25519],
  ['', undefined],
  ['ssh-ed25519', undefined],
  ['AAAA', undefined],
  ['SHA256:60ToCcTBsEebqrUXuhc0zH6OSdC/pDc2/trIaBJIxZs', undefined],
]

for (const [text, base64] of WRITTEN) {
  test(`the key in ${JSON.stringify(text.slice(0, 40))} is ${base64 === undefined ? 'none' : 'read'}`, () => {
    assert.is(parseHostKey(text)?.base64, base64)
  })
}

test.run()
