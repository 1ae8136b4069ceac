import type { Args, ArgumentSpecs } from '../../../core/arguments.ts'
import { MANAGED_PARAMETERS } from '../parameters.ts'

export const ROLE_PARAMETERS = {
  name: { type: 'str', required: true, aliases: ['role_name'], doc: 'Name of the role' },
  path: {
    type: 'str',
    aliases: ['prefix', 'path_prefix'],
    doc: 'Path of the role, such as /apps/; one that exists keeps its own',
  },
  description: { type: 'str', doc: 'What the role is for' },
  boundary: {
    type: 'str',
    aliases: ['boundary_policy_arn'],
    doc: 'ARN of the policy that bounds the role’s permissions; an empty one removes it',
  },
  assume_role_policy_document: {
    type: 'raw',
    doc: 'Who may assume the role: a trust policy, as data or JSON',
  },
  managed_policies: {
    type: 'list',
    elements: 'str',
    aliases: ['managed_policy'],
    doc: 'ARNs or names of policies to attach; without it they are left alone',
  },
  purge_policies: {
    type: 'bool',
    default: true,
    aliases: ['purge_policy', 'purge_managed_policies'],
    doc: 'Detach policies that `managed_policies` does not have',
  },
  inline_policies: {
    type: 'dict',
    doc: 'Policies of the role’s own, by name; without it they are left alone',
  },
  purge_inline_policies: {
    type: 'bool',
    default: true,
    doc: 'Delete inline policies that `inline_policies` does not have',
  },
  max_session_duration: { type: 'int', doc: 'Seconds that a session may last, 3600 to 43200' },
  create_instance_profile: {
    type: 'bool',
    default: true,
    doc: 'Have an instance profile of the same name, for machines of EC2',
  },
  delete_instance_profile: {
    type: 'bool',
    default: false,
    doc: 'Delete that instance profile too, when the role is to be absent',
  },
  ...MANAGED_PARAMETERS,
} as const satisfies ArgumentSpecs

export type RoleArgs = Args<typeof ROLE_PARAMETERS>
