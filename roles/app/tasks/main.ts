import { tasks } from 'playscript'
import type { AppVars } from '../defaults/main.ts'

const job = { api_version: 'batch/v1', kind: 'Job', name: '{{ app_name }}', namespace: '{{ app_namespace }}' }
const failed = 'earlier.resources[0].status.failed is defined'
const other = "earlier.resources[0].metadata.annotations['demo-app/made-from'] | default('') != app_made_from"

// Step 7 of the tutorial: a Job whose pod asks AWS who it is. The answer must be the role, assumed by its token alone.
export default tasks<AppVars>([
  { name: 'Ask for an earlier Job', k8s_info: job, register: 'earlier' },
  {
    // Kubernetes lets nobody change a Job, and one that failed stays failed.
    name: 'Remove an earlier Job that was made otherwise, or failed',
    k8s: { ...job, state: 'absent', wait: true },
    when: ['earlier.resources | length > 0', `${failed} or ${other}`],
    register: 'removed',
  },
  {
    name: 'Prove it',
    block: [
      {
        name: 'Apply the manifest and wait for the Job',
        k8s: { template: 'demo-app.yml.njk', wait: true, wait_sleep: 2, wait_timeout: 300 },
        // The server cannot be asked for its opinion of a Job while another is in its way.
        when: 'not (ansible_check_mode and removed is changed)',
      },
      { name: 'Read its log', k8s_log: job, register: 'log', when: 'not ansible_check_mode' },
    ],
    rescue: [
      { name: 'Read why it failed', k8s_log: job, register: 'log', ignore_errors: true },
      {
        name: 'Say why it failed',
        fail: {
          msg: '{{ ansible_failed_task.name }}: {{ ansible_failed_result.msg }}\n{{ log.log | default("") }}',
        },
      },
    ],
  },
  { name: 'Show its log', debug: { var: 'log.log_lines' }, when: 'not ansible_check_mode' },
  {
    name: 'Assert that AWS takes the pod for the role',
    assert: {
      that: ['app_identity in log.log'],
      success_msg: 'AWS takes the pod for {{ app_identity }}',
      fail_msg: 'AWS does not take the pod for {{ app_identity }}',
    },
    when: 'not ansible_check_mode',
  },
])
