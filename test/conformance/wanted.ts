/** What is meant to differ in one playbook, and why. */
export interface Wanted {
  readonly why: string
  readonly differences: readonly RegExp[]
}

/**
 * Where this engine is meant to differ from ansible-core 2.14, by playbook. All of these must be found: a playbook
 * that no longer differs fails until its entry is taken out.
 */
export const WANTED: Readonly<Record<string, Wanted>> = {
  'check/check': {
    why: 'a loop of which all items are skipped is told item by item, and not as a whole once more',
    differences: [
      /^\(--check\) shell in a loop on h1: .*"label":"2","status":"skipped"\},\{"status":"skipped"\}/,
    ],
  },
  'failure/any-errors-fatal-block': {
    why: 'as documented since, a fatal error in a block sends the other hosts to the rescue section, too, at once',
    differences: [/^tasks: .*"not reached".* recorded, \["breaks on h2","rescue","always","after"\] here/],
  },
  'failure/in-always': {
    why: 'as documented since, a fatal error in a block is one for the other hosts, too, once always has run',
    differences: [/^tasks: .*"after","post"\] recorded, \["breaks on h1","always"\] here/, /^recap of h2/],
  },
  'handlers/keywords': {
    why: 'a handler that runs once does so: 2.14 runs it a second time, for the second host that notified it',
    differences: [/^tasks: .*"templated a","once"\] recorded, .*"templated a"\] here/, /^recap of h2/],
  },
  'meta/clear': {
    why: 'as documented, hosts that failed take part again at once; in 2.14 not within the play',
    differences: [/^(both again|end) on h1: nothing recorded/, /^recap of h1/],
  },
  'meta/end-role': {
    why: 'as documented, the role ends for each host that comes there: 2.18 asks the first of them alone',
    differences: [
      /^tasks: .*"ends : other rest","last".* recorded, .*"ends : other before","last"/,
      /^recap of h[12]/,
    ],
  },
  'modules/file-contents': {
    why: 'check mode foretells what assemble and unarchive would do, where Ansible skips them; what may come is assumed',
    differences: [
      // A file that is fetched may hold a secret: a new one can be read by its owner alone.
      /^all that is there on h1: .*got\/conf regular file 644.* recorded, .*got\/conf regular file 600/s,
      /^\(--check\) (assembled|assembled of nothing|unpacked) on h1: .*"skipped"/,
      /^\(--check\) unpacked nowhere on h1: .*"failed".* recorded, .*"changed"/,
      /^\(--check\) recap of h1/,
    ],
  },
  'roles/handlers-and-vars': {
    why: 'what import_role gets as vars is for its own tasks: in 2.14 the rest of the play sees it, too',
    differences: [/^debug on h1: .*imported.* recorded, .*given.* here/],
  },
  'variables/omit': {
    why: 'a parameter that is null counts as not given, for debug too',
    differences: [/^debug on h1: .*"msg":null.* recorded/],
  },
  'modules/git': {
    why: 'a version that the repository does not have fails in check mode, too, as it will in the run',
    differences: [
      /^\(--check\) nowhere on h1: .*"changed".* recorded, .*"failed".* here/,
      /^\(--check\) recap of h1/,
    ],
  },
  'plays/listed': {
    why: 'all tags are listed: those of tasks that run only when they are asked for, and of rescue and always, too',
    differences: [
      /^\(--list-tags\) printed: .*fourth, part.* recorded, .*fourth, never, part/,
      /^\(--list-tasks --list-tags/,
    ],
  },
  'variables/sealed': {
    why: 'what a vault holds is not shown in results',
    differences: [/"text":"a sealed word".* recorded, .*"text":"a \*{8}".* here/],
  },
  'precedence/vars-files-missing': {
    why: 'a missing file of variables fails the host for which it is missing, and names it, instead of ending the run',
    differences: [/^exit: 1 recorded, 2 here/, /^tasks: \[\] recorded/, /^recap of h1/],
  },
}
