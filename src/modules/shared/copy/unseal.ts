import { open } from 'node:fs/promises'
import type { Content, Controller } from '../../../core/module.ts'
import { heldContent, type Source, type SourceEntry } from './source.ts'

const HEADER = '$ANSIBLE_VAULT;'

/** Decrypts the files of a source that Ansible Vault encrypted; the others stay as they are. */
export async function unseal(source: Source, path: string, controller: Controller): Promise<Source> {
  const root = path.replace(/(?<=.)\/+$/, '')
  const one = async (entry: SourceEntry): Promise<SourceEntry> => {
    if (entry.content === undefined || !(await isSealed(entry.content))) return entry
    const content = await controller.read(entry.name === '' ? root : `${root}/${entry.name}`)
    return { ...entry, ...heldContent(content) }
  }
  // What lies higher is opened first, so that the first one that cannot be is the one that Ansible names.
  const depth = ({ name }: SourceEntry) => name.split('/').length
  const opened = new Map<SourceEntry, SourceEntry>()
  for (const entry of [...source.entries].sort((a, b) => depth(a) - depth(b)))
    opened.set(entry, await one(entry))
  return { ...source, entries: source.entries.map((entry) => opened.get(entry) ?? entry) }
}

async function isSealed(content: Content): Promise<boolean> {
  if (Buffer.isBuffer(content)) return content.subarray(0, HEADER.length).toString('latin1') === HEADER
  if (typeof content === 'string' || !('file' in content)) return false
  const handle = await open(content.file)
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEADER.length) })
    return buffer.subarray(0, bytesRead).toString('latin1') === HEADER
  } finally {
    await handle.close()
  }
}
