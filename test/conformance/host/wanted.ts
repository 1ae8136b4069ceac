import type { Wanted } from '../wanted.ts'

/**
 * Where a module is meant to differ from ansible-core 2.14's, by playbook. All of these must be found: a playbook that
 * no longer differs fails until its entry is taken out.
 */
export const WANTED: Readonly<Record<string, readonly Wanted[]>> = {
  accounts: [
    {
      why: 'in check mode a result tells what will be, not what is',
      differences: [
        /^\(-e late=yes --check\) another number for a group: gid: "4200" recorded, "4201" here/,
        /^\(-e late=yes --check\) a home .*: home: /,
      ],
    },
    {
      why: 'a home folder has the mode that useradd gives one (umask, or HOME_MODE of login.defs), however it is made',
      differences: [/^state: stat .*: only (recorded: drwxr-xr-x|here: drwx------) .*(\/kim|\/pat|\/dot)$/],
    },
  ],
  aws: [
    {
      why: 'in check mode a result tells what will be, not what is',
      differences: [/^\(-e late=yes --check\) .*: iam_role: /],
    },
    {
      why: 'AWS leaves tags out of the list of a path; here they are asked for',
      differences: [/roles of a path: iam_roles: .*"tags":\{\}.* recorded, .*"tags":\{"/],
    },
    {
      why: 'another duration does not take the description away, to be written once more by the next run',
      differences: [
        /^\(-e late=yes\) (another trust.*: iam_role|what is there: iam_roles|roles of a path: iam_roles): (?!.*"description".* recorded).* recorded, .*"description":"what it was for"/,
        /^\(-e late=yes\) another trust.*"changed".* recorded, .*"ok".* here/,
        /^\(-e late=yes\) recap: .*"changed":"1",.* recorded, .*"changed":"0",/,
      ],
    },
  ],
  cluster: [
    {
      why: 'without a word about it objects are applied, so that what a definition no longer has goes away',
      differences: [/a namespace by its (name|definition): method: "(create|update)" recorded, "apply" here/],
    },
  ],
  facts: [
    {
      why: 'what is read together is told together',
      differences: [
        /^\(\) debug: msg: .*"ansible_pkg_mgr","gather_subset",.* recorded, .*"ansible_service_mgr",/,
      ],
    },
  ],
  keys: [
    {
      why: 'what failed has changed nothing: apt-key leaves an empty file, and copies of others',
      differences: [
        /^\(\) recap: .*"changed":"11",.* recorded, .*"changed":"10",/,
        /^\(\) recap: .*"changed":"1",.* recorded, .*"changed":"0",/,
        /^state: .*trusted.*: only recorded: .*\/(odd\.gpg|.*~)$/,
      ],
    },
    {
      why: 'a file without a key goes, since apt complains of one',
      differences: [/^state: .*trusted.*: only recorded: .*\/two\.gpg$/],
    },
    {
      why: 'in check mode a result does not tell what the file was that will be gone',
      differences: [
        /^\(--check -e late=yes\) a repository goes.*: (mode|owner|group|uid|gid|size|state): .* nothing here/,
      ],
    },
  ],
  packages: [
    {
      why: 'the message of an upgrade is not its whole output once more',
      differences: [/all that is newer: msg: "Reading package lists/],
    },
    {
      why: 'of what was answered before, the result has the question that was asked',
      differences: [/^\(\) a text: previous: /],
    },
  ],
  python: [
    {
      why: 'check mode asks pip what it would do, so what will fail is known before',
      differences: [/^\(--check\) not beside the system's: .*"changed".* recorded, .*"failed".* here/],
    },
    {
      why: 'in check mode a program that is missing counts as installed by the run itself',
      differences: [/^\(--check\) no such program: .*"failed".* recorded, .*"changed".* here/],
    },
  ],
  services: [
    {
      why: 'in check mode what is missing counts as made by the run itself',
      differences: [
        /^\(--check\) (no such unit.*|enabled by another name): .*"failed".*recorded, .*"changed".*here/,
      ],
    },
    {
      why: 'a static unit is neither enabled nor disabled: systemctl would change nothing, each time again',
      differences: [/one that need not be disabled: .*"changed".* recorded, .*"ok".* here/],
    },
    {
      why: 'the counts follow from these',
      differences: [/^\((--check)?\) recap: /],
    },
  ],
  system: [
    {
      why: 'in check mode a result tells what will be, not what is',
      differences: [/^\(--check\) a hostname: ansible_facts: .*"ansible_fqdn":"plain-1".* recorded/],
    },
    {
      why: 'reading the name wakes no service: hostnamectl, which Ansible asks, starts systemd-hostnamed',
      differences: [/^\(--check\) read services: ansible_facts: .*hostnamed/],
    },
  ],
  waits: [
    {
      why: 'in check mode nothing is waited for, and nothing is skipped: what comes after finds a result',
      differences: [/^\(--check\) .*"skipped".* recorded, .*"ok".* here/, /^\(--check\) recap: /],
    },
    {
      why: 'what a port says can be taken apart by groups, too, not only what a file holds',
      differences: [/^\(\) what it says: match_group.*2\.0.* here/],
    },
    {
      why: 'the result tells what was waited for, and not whose the file is',
      differences: [
        /^\(\) (a file|what is in it): (uid|gid|owner|group|mode|size): .* recorded, nothing here/,
        /^\(\) (a file|what is in it): state: "file" recorded, "started" here/,
      ],
    },
    {
      why: 'the commands are in no message: --check and --diff tell what is changed',
      differences: [/^\(\) a zone: msg: "executed .* recorded, nothing here/],
    },
  ],
}
