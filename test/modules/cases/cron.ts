import type { ModuleCase } from '../../helpers/module-cases.ts'

const JOB = { name: 'a job', job: 'true', user: 'root' }

/** What cron does to a file of jobs. */
export const CRON_CASES: readonly ModuleCase[] = [
  {
    name: 'a new file',
    args: (folder) => ({ ...JOB, cron_file: `${folder}/jobs`, minute: '*/5', hour: '3', weekday: '1-5' }),
    after:
      '[ "$(sed -n 1p jobs)" = "#Ansible: a job" ]\n[ "$(sed -n 2p jobs)" = "*/5 3 * * 1-5 root true" ]\n[ "$(stat -c %a jobs)" = 644 ]',
    result: (folder) => ({ jobs: ['a job'], envs: [], cron_file: `${folder}/jobs` }),
  },
  {
    name: 'another time for a job',
    before:
      'printf "A=1\\n#Ansible: a job\\n* * * * * root true\\n#Ansible: b\\n@daily root false\\n" >jobs; chmod 600 jobs',
    args: (folder) => ({ ...JOB, cron_file: `${folder}/jobs`, special_time: 'reboot' }),
    after:
      '[ "$(sed -n 3p jobs)" = "@reboot root true" ]\n[ "$(wc -l <jobs)" -eq 5 ]\n[ "$(stat -c %a jobs)" = 600 ]',
    result: () => ({ jobs: ['a job', 'b'], envs: ['A'] }),
  },
  {
    name: 'the last job goes, and the file',
    before: 'printf "#Ansible: a job\\n* * * * * root true\\n" >jobs',
    args: (folder) => ({ name: 'a job', state: 'absent', cron_file: `${folder}/jobs` }),
    after: '[ ! -e jobs ]',
    result: () => ({ state: 'absent' }),
  },
  {
    name: 'a job goes, and a backup stays',
    before: 'printf "A=1\\n#Ansible: a job\\n* * * * * root true\\n" >jobs',
    args: (folder) => ({ name: 'a job', state: 'absent', cron_file: `${folder}/jobs`, backup: true }),
    after: '[ "$(cat jobs)" = A=1 ]',
    result: () => ({ jobs: [], envs: ['A'] }),
  },
  {
    name: 'a variable beside another',
    before: 'printf "A=1\\nC=3\\n" >jobs',
    args: (folder) => ({
      name: 'B',
      value: 'x y',
      env: true,
      insertbefore: 'C',
      user: 'root',
      cron_file: `${folder}/jobs`,
    }),
    after: '[ "$(sed -n 2p jobs)" = \'B="x y"\' ]',
  },
  {
    name: 'a last line that was not ended',
    before: 'printf "#Ansible: a job\\n* * * * * root true" >jobs',
    args: (folder) => ({ ...JOB, cron_file: `${folder}/jobs` }),
    after: '[ "$(wc -l <jobs)" -eq 2 ]',
  },
]
