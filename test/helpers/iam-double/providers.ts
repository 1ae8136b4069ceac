import { type Account, type Provider, Shown } from './account.ts'
import { type Answer, type Parameters, Refusal } from './protocol.ts'

const DATE = new Date('2026-01-02T03:04:05Z')
const invalid = (message: string) => new Refusal('InvalidInput', message)

function checkUrl(url: string): void {
  if (url.length > 255)
    throw new Refusal('ValidationError', "Value at 'url' failed to satisfy constraint: <= 255")
  if (!url.startsWith('https://')) throw invalid('Url must start with https://')
  const { port, search } = new URL(url)
  if (port !== '' || /^https:\/\/[^/]+:/.test(url)) throw invalid('Url must not contain a port')
  if (search !== '') throw invalid('Url must not contain a query')
}

function checkThumbprints(list: readonly string[]): void {
  if (list.length > 5) throw invalid('Thumbprint list must contain fewer than 5 entries.')
  for (const one of list) {
    if (one.length !== 40)
      throw new Refusal(
        'ValidationError',
        "Value at 'thumbprintList' failed to satisfy constraint: length 40",
      )
    if (!/^[0-9a-fA-F]{40}$/.test(one)) throw invalid('Invalid thumbprint')
  }
}

function checkClientIds(list: readonly string[]): void {
  if (list.length > 100)
    throw new Refusal('LimitExceeded', 'Cannot exceed quota for ClientIdsPerProvider: 100')
  if (list.some((one) => one === '' || one.length > 255))
    throw new Refusal('ValidationError', "Value at 'clientID' failed to satisfy constraint: 1..255")
}

type Handler = (account: Account, parameters: Parameters) => Answer

const nothing: Answer = {}

/** Changes the provider that the call names. */
function changing(change: (provider: Provider, parameters: Parameters) => void): Handler {
  return (account, parameters) => {
    const shown = account.providers.get(parameters.required('OpenIDConnectProviderArn'))
    if (shown?.now === undefined) throw missing(parameters)
    const next = structuredClone(shown.now)
    change(next, parameters)
    shown.write(next, account.lag)
    return nothing
  }
}

const missing = (parameters: Parameters) =>
  new Refusal(
    'NoSuchEntity',
    `OpenIDConnect Provider not found for arn ${parameters.required('OpenIDConnectProviderArn')}`,
  )

export const PROVIDER_CALLS: Readonly<Record<string, Handler>> = {
  ListOpenIDConnectProviders: (account) => ({
    OpenIDConnectProviderList: [...account.providers].flatMap(([Arn, shown]) =>
      shown.read() === undefined ? [] : [{ Arn }],
    ),
  }),
  GetOpenIDConnectProvider: (account, parameters) => {
    const found = account.providers.get(parameters.required('OpenIDConnectProviderArn'))?.read()
    if (found === undefined) throw missing(parameters)
    return {
      Url: found.url.replace('https://', ''),
      ClientIDList: found.clientIds,
      ThumbprintList: found.thumbprints,
      CreateDate: DATE,
      Tags: [...found.tags].map(([Key, Value]) => ({ Key, Value })),
    }
  },
  CreateOpenIDConnectProvider: (account, parameters) => {
    const url = parameters.required('Url')
    const clientIds = parameters.list('ClientIDList')
    const given = parameters.list('ThumbprintList')
    checkUrl(url)
    checkClientIds(clientIds)
    checkThumbprints(given)
    const arn = `arn:aws:iam::${account.id}:oidc-provider/${url.replace('https://', '')}`
    const shown = account.providers.get(arn) ?? new Shown<Provider>()
    if (shown.now !== undefined)
      throw new Refusal('EntityAlreadyExists', `Provider with url ${url} already exists.`)
    const count = [...account.providers.values()].filter(({ now }) => now !== undefined).length
    if (count >= account.limits.providers)
      throw new Refusal('LimitExceeded', 'Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100')
    if (given.length === 0 && account.thumbprint === undefined)
      throw new Refusal(
        'OpenIdIdpCommunicationError',
        'Please check .well-known/openid-configuration of the IdP',
      )
    const thumbprints = given.length === 0 ? [account.thumbprint ?? ''] : given
    account.providers.set(arn, shown)
    shown.write({ url, clientIds, thumbprints, tags: parameters.tags() }, account.lag)
    return { OpenIDConnectProviderArn: arn }
  },
  DeleteOpenIDConnectProvider: (account, parameters) => {
    account.providers.get(parameters.required('OpenIDConnectProviderArn'))?.write(undefined, account.lag)
    return nothing
  },
  AddClientIDToOpenIDConnectProvider: changing((provider, parameters) => {
    const id = parameters.required('ClientID')
    if (!provider.clientIds.includes(id)) provider.clientIds.push(id)
    checkClientIds(provider.clientIds)
  }),
  RemoveClientIDFromOpenIDConnectProvider: changing((provider, parameters) => {
    provider.clientIds = provider.clientIds.filter((one) => one !== parameters.required('ClientID'))
  }),
  UpdateOpenIDConnectProviderThumbprint: changing((provider, parameters) => {
    const list = parameters.list('ThumbprintList')
    if (list.length === 0) throw new Refusal('ValidationError', 'thumbprintList must not be null')
    checkThumbprints(list)
    provider.thumbprints = list
  }),
  TagOpenIDConnectProvider: changing((provider, parameters) => {
    for (const [key, value] of parameters.tags()) provider.tags.set(key, value)
  }),
  UntagOpenIDConnectProvider: changing((provider, parameters) => {
    for (const key of parameters.list('TagKeys')) provider.tags.delete(key)
  }),
}
