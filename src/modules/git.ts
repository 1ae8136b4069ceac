import { defineModule } from '../core/module.ts'
import { checkGit, GIT_PARAMETERS } from './git/parameters.ts'
import { planGit } from './git/plan.ts'
import { gitProbe, readGitState } from './git/state.ts'

/**
 * Keep a checkout of a git repository at a version.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/git_module.html
 *
 * @example
 * { git: { repo: 'https://github.com/acme/site.git', dest: '/srv/site', version: 'v1.2' } }
 */
export const git = defineModule({
  name: 'git',
  doc: 'Keep a checkout of a git repository at a version',
  args: GIT_PARAMETERS,
  rules: {
    mutually_exclusive: [
      ['separate_git_dir', 'bare'],
      ['accept_hostkey', 'accept_newhostkey'],
    ],
    required_by: { archive_prefix: ['archive'] },
  },
  probe: (args) => gitProbe(checkGit(args)),
  parse: ({ bytes }, args) => readGitState(bytes, args),
  plan: (args, state) => planGit(checkGit(args), state),
  finish: ({ head }) => (head === undefined || head.code !== 0 ? {} : { after: head.stdout.trim() }),
})
