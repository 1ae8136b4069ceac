import type { TrustPolicy } from './trust.ts'

/** What STS needs to know of IAM. */
export interface Iam {
  /** The role's trust policy; undefined when there is no such role. */
  trustPolicy(role: string): Promise<TrustPolicy | undefined>
  /** The provider's audiences; undefined when there is no such provider. */
  audiences(providerArn: string): Promise<readonly string[] | undefined>
}

// The services of an endpoint are told apart by the scope of the signature; a double does not look at the rest.
const authorization =
  'AWS4-HMAC-SHA256 Credential=sts/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0'

/** IAM behind an endpoint that speaks its query API, read with plain requests. */
export function iamAt(endpoint: string): Iam {
  const ask = async (action: string, parameters: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters })
    const headers = { Authorization: authorization, 'Content-Type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(endpoint, { method: 'POST', body: body.toString(), headers })
    const text = await answer.text()
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`IAM ${action}: HTTP status ${answer.status}: ${text.slice(0, 500)}`)
    return text
  }
  return {
    async trustPolicy(role) {
      const text = await ask('GetRole', { RoleName: role })
      const [, coded] = /<AssumeRolePolicyDocument>([^<]*)</.exec(text ?? '') ?? []
      return coded === undefined ? undefined : (JSON.parse(decodeDocument(coded)) as TrustPolicy)
    },
    async audiences(providerArn) {
      const text = await ask('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: providerArn })
      if (text === undefined) return undefined
      const [, list = ''] = /<ClientIDList>(.*?)<\/ClientIDList>/s.exec(text) ?? []
      return [...list.matchAll(/<member>([^<]*)<\/member>/g)].map(([, name = '']) => name)
    },
  }
}

/** IAM answers with the document in percent-encoding; what XML escapes may remain in others. */
function decodeDocument(text: string): string {
  if (text.startsWith('%7B')) return decodeURIComponent(text)
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
