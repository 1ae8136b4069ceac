import type { Aws } from './client.ts'
import { isAws } from './errors.ts'

/** Whose credentials these are, as far as names of resources (ARNs) are made of it. */
export interface Identity {
  readonly account: string
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
}

/**
 * The account of the credentials, to say beforehand which ARN something will get.
 * @returns undefined when STS cannot be reached or has no answer: IAM may well have one
 */
export async function identityOf(aws: Aws): Promise<Identity | undefined> {
  try {
    const { Account, Arn } = await (await aws.sts()).getCallerIdentity({})
    const partition = Arn?.split(':')[1]
    return Account === undefined || !partition ? undefined : { account: Account, partition }
  } catch (error) {
    // Wrong credentials are wrong for IAM too.
    if (isAws(error, 'CredentialsProviderError') || isAws(error, 'InvalidClientTokenId')) throw error
    return undefined
  }
}
