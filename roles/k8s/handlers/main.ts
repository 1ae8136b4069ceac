import { handlers } from 'playscript'

// Run at the end of the roles, once each and in this order, when a task changed something and notified them.
export default handlers([
  {
    name: 'Restart wellknown-server',
    systemd: { name: 'wellknown-server', state: 'restarted', daemon_reload: true },
  },
  {
    name: 'Restart static-web-server-prepare',
    systemd: { name: 'static-web-server-prepare', state: 'restarted', daemon_reload: true },
  },
  {
    name: 'Restart static-web-server',
    systemd: { name: 'static-web-server', state: 'restarted', daemon_reload: true },
  },
])
