import { defaults } from 'playscript'

// What the role does unless a play or an inventory says otherwise. Its tasks are typed by it.
const k8s = defaults({
  cilium_version: '1.15.4',
  kubeconfig: '/etc/rancher/k3s/k3s.yaml',
  /** The CA's ACME directory; for trials Let's Encrypt has https://acme-staging-v02.api.letsencrypt.org/directory. */
  acme_directory_url: 'https://acme-v02.api.letsencrypt.org/directory',
  acme_home: '/var/www/html',
  static_web_server_home: '/var/www/static-web-server',
})

export default k8s

/** The role's variables: its defaults, and what it must be given. */
export type K8sVars = typeof k8s & {
  /** The name that the cluster's issuer has in the DNS; comes with the inventory. */
  readonly domain_name: string
  /** Where the CA writes to when a certificate is about to expire. */
  readonly domain_email: string
  /** The archive for the host's architecture and its SHA-256; come from vars/<architecture>.yml. */
  readonly static_web_server_download_url: string
  readonly static_web_server_checksum: string
}
