import { tasks } from 'playscript'

// Each part has a tag of its own: `tsx playbook.ts --tags certbot` runs that part alone.
export default tasks([
  { import_tasks: 'cilium.ts', tags: ['cilium'] },
  { import_tasks: 'certbot.ts', tags: ['certbot'] },
  { import_tasks: 'static-server.ts', tags: ['static-web-server'] },
])
