import { PlayscriptError, TaskError } from '../core/errors.ts'
import { type Controller, defineModule, nothing } from '../core/module.ts'
import type { Variables } from '../core/scope.ts'
import { mergeValues } from '../core/values/merge.ts'
import { listVariableFiles } from './include-vars/list-files.ts'
import { readVariables } from './include-vars/read-variables.ts'

/**
 * Load variables from files on the controller.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/include_vars_module.html
 *
 * @example
 * { include_vars: { dir: 'vars/all', ignore_files: ['example.yml'] } }
 */
export const include_vars = defineModule({
  name: 'include_vars',
  doc: 'Load variables from files on the controller',
  args: {
    file: { type: 'str', doc: 'A file, searched in vars/ folders as the role’s own files are' },
    dir: { type: 'str', doc: 'A folder whose files are all loaded, in the order of their names' },
    name: { type: 'str', doc: 'Put the variables below this one' },
    depth: { type: 'int', default: 0, doc: 'How many levels of the folder to load; 0 is all' },
    files_matching: { type: 'str', doc: 'Load only files whose names match this regular expression' },
    ignore_files: { type: 'list', elements: 'str', doc: 'Leave out files whose names end like this' },
    extensions: {
      type: 'list',
      elements: 'str',
      default: ['json', 'yaml', 'yml'],
      doc: 'Endings that variable files have',
    },
    ignore_unknown_extensions: {
      type: 'bool',
      default: false,
      doc: 'Pass over other files instead of failing',
    },
    hash_behaviour: {
      type: 'str',
      choices: ['replace', 'merge'],
      doc: 'Merge dictionaries into the variables there are',
    },
  },
  rules: { mutually_exclusive: [['file', 'dir']], required_one_of: [['file', 'dir']] },
  free_form: 'file',
  local: true,
  async prepare(args, controller) {
    return telling(async () => {
      const files =
        args.dir === undefined
          ? [findFile(args.file ?? '', controller)]
          : await listVariableFiles({
              ...args,
              ...roleOf(controller),
              dir: controller.find('vars', args.dir),
            })
      let variables: Variables = {}
      const warnings: string[] = []
      for (const file of files) {
        const read = await readVariables(file, controller, warnings)
        variables =
          args.hash_behaviour === 'merge'
            ? (mergeValues(variables, read) as Variables)
            : { ...variables, ...read }
      }
      const named = args.name === undefined ? variables : { [args.name]: variables }
      const all = args.hash_behaviour === 'merge' ? withPresent(named, controller) : named
      return { files, warnings, variables: all }
    })
  },
  plan(_args, _state: undefined, { local }) {
    const { variables, files, warnings } = local
    const told = warnings.length === 0 ? {} : { warnings }
    return nothing({ ansible_facts: variables, ansible_included_var_files: files, ...told })
  },
})

// What is looked up may not be there, and then be nothing.
function findFile(name: string, controller: Controller): string {
  if (name.trim() === '') throw new TaskError('Could not find file: the name is empty')
  return controller.find('vars', name.trim())
}

/** Tells what goes wrong where Ansible's module tells it: as `message`, too. */
async function telling<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof PlayscriptError)) throw error
    const result = { message: error.message, ansible_facts: {}, ansible_included_var_files: [] }
    throw new TaskError(error.text, { cause: error, at: error.at, result })
  }
}

function roleOf({ variables }: Controller): { readonly role?: string } {
  const path = variables.has('role_path') ? variables.get('role_path') : undefined
  return typeof path === 'string' ? { role: path } : {}
}

function withPresent(read: Variables, { variables }: Controller): Variables {
  const present = Object.fromEntries(
    Object.keys(read)
      .filter((name) => variables.has(name))
      .map((name) => [name, variables.get(name)]),
  )
  return mergeValues(present, read) as Variables
}
