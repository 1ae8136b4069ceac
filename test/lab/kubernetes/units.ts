import type { Seed } from '../seed.ts'

/** Where k3s keeps its server's files; the real parts are told to look there. */
const home = '/var/lib/rancher/k3s/server'
const programs = '/usr/local/lib/kubernetes'
const tls = `${home}/tls`

/** systemd.service(5) reads one more set of flags from here: the key of before a rotation. */
const oldKey = `${home}/old-key.env`

const flags = (all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([name, value]) => `  --${name}=${value}`)

const apiServer = (domain: string) =>
  flags({
    'etcd-servers': 'http://127.0.0.1:2379',
    'bind-address': '127.0.0.1',
    'secure-port': '6443',
    'tls-cert-file': `${tls}/serving.crt`,
    'tls-private-key-file': `${tls}/serving.key`,
    'client-ca-file': `${tls}/client-ca.crt`,
    'authorization-mode': 'RBAC',
    'service-cluster-ip-range': '10.43.0.0/16',
    // The two arguments that make federation work, as the post's cloud-init gives them to k3s.
    'service-account-issuer': `https://${domain}`,
    'service-account-jwks-uri': `https://${domain}/openid/v1/jwks`,
    'service-account-signing-key-file': `${tls}/service.key`,
    'service-account-key-file': `${tls}/service.key`,
    'kubelet-preferred-address-types': 'InternalIP',
    'kubelet-certificate-authority': `${tls}/server-ca.crt`,
    'kubelet-client-certificate': `${tls}/client-admin.crt`,
    'kubelet-client-key': `${tls}/client-admin.key`,
  })

const controllerManager = flags({
  kubeconfig: `${home}/admin.kubeconfig`,
  'leader-elect': 'false',
  'root-ca-file': `${tls}/server-ca.crt`,
  'service-account-private-key-file': `${tls}/service.key`,
  controllers: 'job,namespace,serviceaccount,serviceaccount-token,garbagecollector,root-ca-cert-publisher',
})

const unit = (description: string, after: string, service: readonly string[]): string =>
  [
    `[Unit]\nDescription=${description}\nAfter=${after}\nWants=${after}\n\n[Service]`,
    ...service,
    'Restart=always\nRestartSec=1\nTimeoutStopSec=3\n\n[Install]\nWantedBy=multi-user.target\n',
  ].join('\n')

const command = (program: string, words: readonly string[]) =>
  `ExecStart=${[`${programs}/${program}`, ...words].join(' \\\n')}`

/** The real API server and its controllers, as units with the names that a host with k3s has. */
export function seedKubernetes(seed: Seed, domain: string): void {
  const store = flags({ 'data-dir': '/var/lib/etcd', 'listen-client-urls': 'http://127.0.0.1:2379' })
  seed.unit(
    'etcd.service',
    unit('Store of the cluster', 'network.target', [
      'Type=notify',
      command('etcd', [...store, '  --advertise-client-urls=http://127.0.0.1:2379']),
    ]),
  )
  seed.unit(
    'k3s.service',
    unit('Kubernetes API server', 'etcd.service', [
      'Type=notify',
      `EnvironmentFile=-${oldKey}`,
      `ExecStartPre=/usr/bin/install -D -m 600 ${home}/admin.kubeconfig /etc/rancher/k3s/k3s.yaml`,
      command('kube-apiserver', [...apiServer(domain), '  $OLD_KEY']),
    ]),
  )
  seed.unit(
    'kube-controller-manager.service',
    unit('Kubernetes controllers', 'k3s.service', [command('kube-controller-manager', controllerManager)]),
  )
}

/** A script that gives the API server a new signing key; with `keepOld` it publishes the old one's public half too. */
export function rotateReal(privateKey: string, keepOld: boolean): string {
  const keep = `mv ${tls}/service.key ${tls}/service-old.key
    echo 'OLD_KEY=--service-account-key-file=${tls}/service-old.key' >${oldKey}`
  return `set -e; umask 077
    ${keepOld ? keep : `rm -f ${oldKey}`}
    printf %s '${privateKey}' >${tls}/service.key
    systemctl restart k3s.service kube-controller-manager.service`
}
