import type { Args, ArgumentSpecs } from '../../../core/arguments.ts'
import { MANAGED_PARAMETERS } from '../parameters.ts'

/** Names are those of linuxhq.aws.iam_oidc_provider, and OpenTofu's. */
export const PROVIDER_PARAMETERS = {
  url: { type: 'str', required: true, doc: 'The issuer, byte for byte as its tokens name it' },
  client_id_list: {
    type: 'list',
    elements: 'str',
    aliases: ['client_ids'],
    doc: 'Audiences to accept, and no others; without it they are left alone',
  },
  thumbprint_list: {
    type: 'list',
    elements: 'str',
    aliases: ['thumbprints'],
    doc: 'SHA-1 of the CAs to accept; without it AWS decides. It needs none where it trusts the CA itself',
  },
  fetch_thumbprint: {
    type: 'bool',
    default: false,
    doc: 'Pin the topmost certificate that the issuer’s servers send now',
  },
  ...MANAGED_PARAMETERS,
} as const satisfies ArgumentSpecs

export type ProviderArgs = Args<typeof PROVIDER_PARAMETERS>
