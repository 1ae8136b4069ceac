import { ATTRIBUTE_ARGS } from '../attributes.ts'

const TIME_FORMAT = '%Y%m%d%H%M.%S'
/** The parameters of the file module. */
export const FILE_ARGS = {
  path: { type: 'path', required: true, aliases: ['dest', 'name'], doc: 'The path to manage' },
  state: {
    type: 'str',
    choices: ['absent', 'directory', 'file', 'hard', 'link', 'touch'],
    doc: 'What the path is to be; default: what it is, or a directory with recurse',
  },
  src: { type: 'path', doc: 'What a link leads to; a relative path counts from where the link is' },
  recurse: { type: 'bool', default: false, doc: 'Set owner, group and mode of everything below a directory' },
  follow: {
    type: 'bool',
    doc: 'Work on what a symbolic link leads to; default: true, but links of other users only to what is theirs',
  },
  force: { type: 'bool', default: false, doc: 'Link to what does not exist, and replace files by links' },
  modification_time: { type: 'str', doc: 'preserve, now, or a time in modification_time_format' },
  modification_time_format: { type: 'str', default: TIME_FORMAT, doc: 'As for strptime' },
  access_time: { type: 'str', doc: 'preserve, now, or a time in access_time_format' },
  access_time_format: { type: 'str', default: TIME_FORMAT, doc: 'As for strptime' },
  attributes: {
    type: 'str',
    aliases: ['attr'],
    doc: 'Flags for chattr: those alone, or more with +, fewer with -',
  },
  _diff_peek: {
    type: 'str',
    doc: 'Nothing but whether the file looks binary; modules ask this of one another',
  },
  ...ATTRIBUTE_ARGS,
} as const
