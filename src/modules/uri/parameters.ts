import type { Args, ArgumentSpecs } from '../../core/arguments.ts'
import { ATTRIBUTE_ARGS } from '../shared/attributes.ts'

/** The parameters of the uri module. */
export const URI_PARAMETERS = {
  url: { type: 'str', required: true, doc: 'HTTP or HTTPS URL' },
  method: { type: 'str', default: 'GET', doc: 'What to ask for: GET, POST, PUT, DELETE, …' },
  body: { type: 'raw', doc: 'What to send: text, or what body_format encodes' },
  body_format: {
    type: 'str',
    choices: ['form-urlencoded', 'form-multipart', 'json', 'raw'],
    default: 'raw',
    doc: 'How to encode the body; sets Content-Type',
  },
  src: { type: 'path', doc: 'A file to send; on the controller unless remote_src' },
  remote_src: { type: 'bool', default: false, doc: 'Files to send are on the target' },
  status_code: { type: 'list', elements: 'int', default: [200], doc: 'Codes that are a success' },
  return_content: { type: 'bool', default: false, doc: 'Give the answer’s body as `content`' },
  dest: {
    type: 'path',
    doc: 'Write the answer’s body to this file, or into this folder under the URL’s last word',
  },
  creates: { type: 'path', doc: 'When this exists nothing is asked' },
  removes: { type: 'path', doc: 'When this does not exist nothing is asked' },
  headers: { type: 'dict', default: {}, doc: 'Headers to send' },
  unredirected_headers: {
    type: 'list',
    elements: 'str',
    default: [],
    doc: 'Headers that only the first request has, none that follows a redirect',
  },
  follow_redirects: {
    type: 'str',
    choices: ['all', 'no', 'none', 'safe', 'urllib2', 'yes'],
    default: 'safe',
    doc: 'Which redirects to follow; safe follows those of GET and HEAD',
  },
  timeout: { type: 'int', default: 30, doc: 'Seconds without an answer' },
  force: { type: 'bool', default: false, doc: 'Do not take a cached answer' },
  http_agent: { type: 'str', default: 'ansible-httpget', doc: 'The User-Agent to send' },
  url_username: { type: 'str', aliases: ['user'], doc: 'User for basic or digest authentication' },
  url_password: { type: 'str', aliases: ['password'], no_log: true, doc: 'Their password' },
  force_basic_auth: { type: 'bool', default: false, doc: 'Send credentials at once, before the server asks' },
  validate_certs: { type: 'bool', default: true, doc: 'Check the certificate of the server' },
  ca_path: { type: 'path', doc: 'Certificates to trust, on the target, in PEM' },
  client_cert: { type: 'path', doc: 'Client certificate, on the target' },
  client_key: { type: 'path', doc: 'Its key, on the target' },
  ciphers: { type: 'list', elements: 'str', doc: 'TLS ciphers' },
  unix_socket: { type: 'path', doc: 'Connect to this socket of the target' },
  use_proxy: { type: 'bool', default: true, doc: 'Use the proxy that the environment names' },
  use_netrc: { type: 'bool', default: true, doc: 'Take credentials from ~/.netrc' },
  decompress: { type: 'bool', default: true, doc: 'Undo a content encoding' },
  ...ATTRIBUTE_ARGS,
} as const satisfies ArgumentSpecs
export type UriArgs = Args<typeof URI_PARAMETERS>
