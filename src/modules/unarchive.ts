import { readFile } from 'node:fs/promises'
import { expandHome } from '../core/check-arguments.ts'
import { ArgumentError, MissingError, TaskError } from '../core/errors.ts'
import { type Controller, defineModule, nothing, type Plan } from '../core/module.ts'
import { PLACE } from '../core/place.ts'
import { lines, Script, sh } from '../core/quote.ts'
import type { Target } from '../core/remote.ts'
import { dangerIn, plainName, sizeOf } from './shared/archive/member.ts'
import { UNARCHIVE_ARGS, type UnarchiveArgs } from './shared/archive/parameters.ts'
import {
  dropSetid,
  planMemberAttributes,
  readMemberStates,
  staleMembers,
} from './shared/archive/plan-unpack.ts'
import {
  findPacking,
  type Packing,
  packedFile,
  packedInline,
  packingOf,
  UNPACK,
} from './shared/archive/source.ts'
import { tarExtract, tarProbe } from './shared/archive/tar.ts'
import { FORMATS, readTarReport, type TarReport } from './shared/archive/tar-listing.ts'
import { zipExtract, zipProbe } from './shared/archive/zip.ts'
import { identityProbe, readIdentity, statusFields } from './shared/attributes.ts'
import { simpleFetch } from './shared/download/fetch.ts'
import { fieldReader, hostPath, look, lookFunctions, readPath } from './shared/path-state.ts'
import { readStatus, statusStep } from './shared/status-step.ts'

/** A larger archive is to be copied first: the probe sends it along. */
const LARGEST = 64 * 1024 * 1024

interface Local {
  readonly bytes: Buffer | undefined
}

/** What was found; the parts after a missing one were not looked at. */
interface View {
  readonly created: boolean
  readonly hasSource: boolean
  readonly identity: ReturnType<typeof readIdentity>
  readonly dest: ReturnType<typeof readPath>
  /** Which program compared. */
  readonly handler: string
  readonly packing: string
  readonly report: TarReport
  readonly states: ReturnType<typeof readMemberStates>
}

/**
 * Unpack an archive (tar, also with gz, bz2, xz or zst, and zip) into a folder of the target.
 * Parameters: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/unarchive_module.html
 *
 * @example
 * { unarchive: { src: '/tmp/server.tar.gz', dest: '/usr/local/bin', remote_src: true, owner: 'root', mode: '0755',
 *   extra_opts: ['--strip-components=1', '--wildcards', '*\/server'] } }
 */
export const unarchive = defineModule({
  name: 'unarchive',
  doc: 'Unpack an archive into a folder of the target',
  args: UNARCHIVE_ARGS,
  rules: {
    mutually_exclusive: [['copy', 'remote_src']],
    words: { incomplete: 'src (or content) and dest are required' },
  },
  prepare: async (args, controller): Promise<Local> => ({ bytes: await localBytes(args, controller) }),
  probe(args, { local, target }) {
    const { dest, creates, owner, group, mode, keep_newer } = args
    const stats = [owner, group, mode].some((value) => value !== undefined) || keep_newer
    const isZip = sh`[ "$k" = zip ]`
    return lines(
      lookFunctions(target.userland),
      identityProbe(args),
      creates === undefined
        ? sh`printf '\000'`
        : sh`if [ -e ${hostPath(creates)} ] || [ -L ${hostPath(creates)} ]; then printf '+\000'; exit 0; fi; printf '\000'`,
      local.bytes === undefined && !isUrl(args)
        ? sh`if [ ! -e ${hostPath(expandHome(args.src, target.home))} ]; then printf -- '-\000'; exit 0; fi; printf '\000'`
        : sh`printf '\000'`,
      look(dest, { follow: true }),
      sh`[ -d ${hostPath(dest)} ] || exit 0`,
      sourceFunctions(args, local, target),
      sh`printf '%s\000' "$k"; if ${isZip}; then ${zipProbe(args, { stats })}
else ${tarProbe(args, { stats })}
fi`,
    )
  },
  parse: ({ bytes }, args) => readView(bytes, args),
  plan(args, view, { local, target }): Plan {
    const result = { dest: args.dest, src: args.src }
    if (view.created) return { ...nothing(result), skipped: `skipped, since ${args.creates} exists` }
    if (!view.hasSource) throw new MissingError(`Source '${args.src}' does not exist`, { result })
    if (view.dest?.type !== 'directory') {
      throw new MissingError(`dest '${args.dest}' must be an existing dir`, { result })
    }
    return planUnpack(args, view, sourceFunctions(args, local, target))
  },
  finish: readStatus,
})

function isUrl({ src, remote_src, copy }: UnarchiveArgs): boolean {
  return (remote_src === true || copy === false) && src.includes('://')
}

async function localBytes(args: UnarchiveArgs, controller: Controller): Promise<Buffer | undefined> {
  if (args.remote_src === true || args.copy === false) return undefined
  const path = controller.find('files', args.src)
  const bytes = args.decrypt ? await controller.read(path) : await readFile(path)
  if (bytes.length > LARGEST) {
    throw new TaskError(`${path} has ${bytes.length} bytes, too many to send each time to compare`, {
      hint: 'Copy it to the host with copy first, and unpack it there with remote_src: true.',
    })
  }
  return bytes
}

/** Shell text that defines `packed` and `archive`, and sets `k`; for zip also `Z`, the archive as a file. */
function sourceFunctions(args: UnarchiveArgs, { bytes }: Local, { temp, home }: Target): Script {
  const kind = (packing: Packing) => sh`k=${packing}`
  // A file in a new directory that only this user can enter, gone when the script ends.
  const file = sh`own=$(mktemp -d ${`${temp}.XXXXXXXXXX`}) || exit 1
  trap ${'rm -f -- "$own/packed"; rmdir -- "$own"'} EXIT; Z=$own/packed`
  // unzip reads files only: what is not on the host as one is put there meanwhile.
  const viaFile = sh`if [ "$k" = zip ]; then
  ${file}; packed >"$Z" || exit 1
fi`
  if (bytes !== undefined) return lines(UNPACK, packedInline(bytes), kind(packingOf(bytes)), viaFile)
  if (!isUrl(args)) {
    const src = expandHome(args.src, home)
    return lines(UNPACK, packedFile(src), findPacking(src), sh`Z=${hostPath(src)}`)
  }
  const download = simpleFetch('fetch_archive', args.src, { validate_certs: args.validate_certs })
  const got = new Script('"$Z"')
  return lines(
    UNPACK,
    download,
    file,
    sh`fetch_archive 3>/dev/null >"$Z" || exit 1`,
    packedFile(got),
    findPacking(got),
  )
}

const NOT_READ = {
  handler: '',
  packing: '',
  report: { members: [], differing: new Set<string>(), taken: undefined, problem: undefined },
  states: new Map(),
}

function readView(bytes: Buffer, args: UnarchiveArgs): View {
  const fields = fieldReader(bytes)
  const identity = readIdentity(fields, args)
  const created = fields.next() === '+'
  if (created) return { identity, created, hasSource: true, dest: undefined, ...NOT_READ }
  const hasSource = fields.next() !== '-'
  if (!hasSource) return { identity, created, hasSource, dest: undefined, ...NOT_READ }
  const dest = readPath(fields)
  if (dest?.type !== 'directory') return { identity, created, hasSource, dest, ...NOT_READ }
  const packing = fields.next()
  const handler = fields.next()
  const [, text = '', status] = /^(.*)\nstatus (\d+)$/s.exec(fields.next()) ?? []
  const report = readTarReport(text, Number(status), FORMATS[handler])
  return {
    identity,
    created,
    hasSource,
    dest,
    handler,
    packing,
    report,
    states: readMemberStates(fields.rest().toString('utf8')),
  }
}

/** Ansible's names for what unpacks. */
const HANDLERS: Readonly<Record<string, string>> = {
  tar: 'TarArchive',
  gz: 'TgzArchive',
  bz2: 'TarBzipArchive',
  xz: 'TarXzArchive',
  zst: 'TarZstdArchive',
  zip: 'ZipArchive',
}

function planUnpack(args: UnarchiveArgs, view: View, source: Script): Plan {
  const { report, states, identity, dest, handler } = view
  const result = {
    dest: args.dest,
    src: args.src,
    handler: HANDLERS[view.packing],
    ...(args.list_files && { files: report.members.map(({ name }) => name) }),
    ...(dest && statusFields(dest)),
  }
  const fail = (failed: string): Plan => ({ ...nothing(result), failed })
  if (handler === 'busybox' && (args.keep_newer || args.exclude.length > 0)) {
    return fail("busybox's tar knows neither keep_newer nor exclude: install GNU tar on the host")
  }
  if (report.problem !== undefined) return fail(`Failed to read the archive ${args.src}: ${report.problem}`)
  if (report.members.length === 0) return fail(`The archive ${args.src} holds no member that was asked for`)
  const taken = report.taken && `it has members whose names begin with ${JSON.stringify(report.taken)}`
  const danger = dangerIn(report.members) ?? taken
  if (danger !== undefined) return fail(`Refusing to unpack ${args.src}: ${danger}`)
  const size = sizeOf(report.members)
  if (size > args.max_size) {
    return fail(
      `Refusing to unpack ${args.src}: its members have ${size} bytes together, and max_size is ${args.max_size}. Set max_size if you trust it`,
    )
  }
  if (args.mode === 'preserve')
    throw new ArgumentError("mode 'preserve' has no meaning here: members keep their modes")

  const foreign = dest !== undefined && dest.uid !== identity.uid
  const stale = staleMembers(report.members, report.differing, args.keep_newer ? states : undefined)
  const unpacked = stale.length > 0
  const context = { states, identity, unpacked, foreign }
  const attributes = planMemberAttributes(args.dest, report.members, args, context)
  const changes = [
    ...stale.map(({ name }) => ({
      what: `content of ${plainName(name)}`,
      before: states.size > 0 && !states.has(plainName(name)) ? 'absent' : 'different',
      after: 'as in the archive',
    })),
    ...attributes.changes,
  ]
  if (changes.length === 0) return nothing(result)
  const setid = dropSetid(args.extra_opts, stale)
  // GNU tar then leaves those bits out from the start; the others are taken off at once.
  const options = setid === undefined || handler !== 'gnu' ? [] : ['--no-same-permissions']
  const request = { ...args, extra_opts: [...args.extra_opts, ...options] }
  const extract = handler === 'zip' ? zipExtract(request) : tarExtract(request)
  const unpack = {
    kind: 'script',
    label: `unpack ${args.src} into ${args.dest}`,
    script: lines(PLACE, source, sh`w_from=$PWD; place_enter ${hostPath(args.dest)}`, extract, setid?.script),
  } as const
  return {
    changes,
    steps: [...(unpacked ? [unpack] : []), ...attributes.steps, statusStep(args.dest)],
    result: { ...result, ...(setid && { warnings: [setid.warning] }) },
  }
}
