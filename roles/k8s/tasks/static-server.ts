import { tasks } from 'playscript'
import type { K8sVars } from '../defaults/main.ts'

// Step 5 of the tutorial: the cluster's two OIDC documents over HTTPS, for anyone to read, while the API server stays
// private. A timer copies documents and certificate every minute, so rotated keys and renewals get there on their own.
export default tasks<K8sVars>([
  { name: 'Create static-web-server group', group: { name: 'static-web-server', system: true } },
  {
    name: 'Create static-web-server user',
    user: {
      name: 'static-web-server',
      group: 'static-web-server',
      system: true,
      shell: '/bin/false',
      home: '{{ static_web_server_home }}',
      create_home: false,
    },
  },
  {
    name: 'Create static-web-server home',
    file: {
      path: '{{ static_web_server_home }}',
      state: 'directory',
      owner: 'static-web-server',
      group: 'static-web-server',
      mode: '0755',
    },
  },
  {
    name: 'Download static-web-server',
    get_url: {
      url: '{{ static_web_server_download_url }}',
      // Not /tmp, which is emptied at every boot: the archive would be fetched again each time.
      dest: '/var/tmp/{{ static_web_server_download_url | basename }}',
      checksum: 'sha256:{{ static_web_server_checksum }}',
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    register: 'download',
  },
  {
    name: 'Install static-web-server',
    unarchive: {
      src: '{{ download.dest }}',
      dest: '/usr/local/bin',
      remote_src: true,
      owner: 'root',
      group: 'root',
      mode: '0755',
      extra_opts: ['--strip-components=1', '--wildcards', '**/static-web-server'],
    },
    notify: 'Restart static-web-server',
  },
  {
    name: 'Install static-web-server-prepare',
    template: {
      src: 'static-web-server-prepare.sh.njk',
      dest: '/usr/local/bin/static-web-server-prepare',
      owner: 'root',
      group: 'root',
      mode: '0755',
    },
    notify: 'Restart static-web-server-prepare',
  },
  {
    name: 'Install static-web-server-prepare.service',
    template: {
      src: 'static-web-server-prepare.service.njk',
      dest: '/etc/systemd/system/static-web-server-prepare.service',
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    notify: 'Restart static-web-server-prepare',
  },
  {
    name: 'Install static-web-server-prepare.timer',
    template: {
      src: 'static-web-server-prepare.timer.njk',
      dest: '/etc/systemd/system/static-web-server-prepare.timer',
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    notify: 'Restart static-web-server-prepare',
  },
  {
    name: 'Start static-web-server-prepare.timer',
    systemd: {
      name: 'static-web-server-prepare.timer',
      state: 'started',
      enabled: true,
      daemon_reload: true,
    },
  },
  {
    name: 'Install static-web-server.service',
    template: {
      src: 'static-web-server.service.njk',
      dest: '/etc/systemd/system/static-web-server.service',
      owner: 'root',
      group: 'root',
      mode: '0644',
    },
    notify: 'Restart static-web-server',
  },
  {
    name: 'Start static-web-server',
    systemd: { name: 'static-web-server', state: 'started', enabled: true, daemon_reload: true },
  },
])
