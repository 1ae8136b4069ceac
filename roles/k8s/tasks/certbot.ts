import { tasks } from 'playscript'
import type { K8sVars } from '../defaults/main.ts'

// Step 4 of the tutorial: a certificate that every relying party trusts. The CA asks for a file over plain HTTP, so
// a small web server of an unprivileged user serves `acme_home`, now and at each renewal; Debian's certbot.timer renews.
export default tasks<K8sVars>([
  { name: 'Create acme group', group: { name: 'acme', system: true } },
  {
    name: 'Create acme user',
    user: {
      name: 'acme',
      group: 'acme',
      system: true,
      shell: '/bin/false',
      home: '{{ acme_home }}',
      create_home: false,
    },
  },
  {
    name: 'Create acme home',
    file: { path: '{{ acme_home }}', state: 'directory', owner: 'acme', group: 'acme', mode: '0755' },
  },
  {
    name: 'Install wellknown-server.service',
    template: {
      src: 'wellknown-server.service.njk',
      dest: '/etc/systemd/system/wellknown-server.service',
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    notify: 'Restart wellknown-server',
  },
  {
    name: 'Start wellknown-server',
    systemd: { name: 'wellknown-server', state: 'started', enabled: true, daemon_reload: true },
  },
  {
    name: 'Obtain the certificate',
    command: {
      argv: [
        'certbot',
        'certonly',
        '--webroot',
        '--webroot-path={{ acme_home }}',
        '--non-interactive',
        '--agree-tos',
        '--server={{ acme_directory_url }}',
        '--email={{ domain_email }}',
        '--domain={{ domain_name }}',
      ],
      creates: '/etc/letsencrypt/live/{{ domain_name }}/fullchain.pem',
    },
  },
])
