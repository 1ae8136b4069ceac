import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from './run.ts'

/** A certificate and its key, as PEM files and as text. */
export interface Certificate {
  readonly certificateFile: string
  readonly keyFile: string
  readonly certificate: string
  readonly key: string
}

interface Request {
  /** Folder and base name of the two files. */
  readonly dir: string
  readonly name: string
  /** Subject as openssl writes it: /O=system:masters/CN=system:admin */
  readonly subject: string
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256', '-days', '365']

async function request({ dir, name, subject }: Request, extra: readonly string[]): Promise<Certificate> {
  const [certificateFile, keyFile] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)]
  const files = ['-out', certificateFile, '-keyout', keyFile, '-subj', subject]
  await must(['openssl', 'req', '-x509', ...newKey, ...files, ...extra])
  const [certificate, key] = [readFileSync(certificateFile, 'utf8'), readFileSync(keyFile, 'utf8')]
  return { certificateFile, keyFile, certificate, key }
}

/** A new certificate authority. */
export const createAuthority = (options: Request): Promise<Certificate> =>
  request(options, ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'])

/** A certificate signed by `authority`, for a server when it has `altNames` (`DNS:…`, `IP:…`), else for a client. */
export function issue(
  authority: Certificate,
  options: Request & { readonly altNames?: readonly string[] },
): Promise<Certificate> {
  const use = options.altNames
    ? ['-addext', 'extendedKeyUsage=serverAuth', '-addext', `subjectAltName=${options.altNames.join(',')}`]
    : ['-addext', 'extendedKeyUsage=clientAuth']
  const by = ['-CA', authority.certificateFile, '-CAkey', authority.keyFile]
  return request(options, [...by, '-addext', 'basicConstraints=critical,CA:FALSE', ...use])
}

/** The name under which OpenSSL looks a trusted certificate up in /etc/ssl/certs, without its `.0`. */
export async function subjectHash(certificateFile: string): Promise<string> {
  return (await must(['openssl', 'x509', '-noout', '-hash', '-in', certificateFile])).trim()
}
