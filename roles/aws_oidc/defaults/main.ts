import { defaults } from 'playscript'

// What the role does unless a play or an inventory says otherwise. Its tasks are typed by it.
const awsOidc = defaults({
  /** The cluster's issuer, byte for byte as its tokens name it in `iss`. */
  oidc_issuer: 'https://{{ domain_name }}',
  /** What the tokens must be made for (`aud`). */
  oidc_audience: 'sts.amazonaws.com',
  /** A PEM file with one more CA to trust when the issuer is checked; a lab has one. */
  oidc_ca_file: '',
  /** Pin the CA that the issuer serves. AWS needs it only where it does not trust that CA itself. */
  oidc_pin_ca: false,
  /** The role that pods assume, and what it may do. */
  iam_role_name: 'k3s-demo-app',
  iam_role_policies: ['arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess'],
  /** The service account whose pods may assume the role (`sub`). */
  service_account_namespace: 'default',
  service_account_name: 'demo-service-account',
  /** Empty values leave the choice to the environment and ~/.aws, as every program of AWS reads them. */
  aws_region: '',
  aws_profile: '',
  aws_endpoint_url: '',
})

export default awsOidc

/** The role's variables: its defaults, and what it must be given. It sets the fact `role_arn`. */
export type AwsOidcVars = typeof awsOidc & {
  /** The name that the cluster's issuer has in the DNS; comes with the inventory. */
  readonly domain_name: string
}
