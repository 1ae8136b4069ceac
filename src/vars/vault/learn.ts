import { extname } from 'node:path'
import type { Secrets } from '../../core/secrets.ts'
import { parseYaml } from '../../core/yaml/parse.ts'

const DATA = ['', '.yml', '.yaml', '.json']
/** Shorter lines say little by themselves, and occur elsewhere: `server {`. */
const SHORTEST_LINE = 8
/** Masking becomes slow with very many secrets; of longer texts only the whole is masked. */
const MOST_LINES = 500

/** Makes a decrypted value secret: as a whole, and line by line, since outputs are shown by lines too. */
export function learnValue(text: string, secrets: Secrets): void {
  secrets.add(text)
  const lines = text.split(/\r?\n/)
  if (lines.length < 2 || lines.length > MOST_LINES) return
  for (const line of lines) if (line.trim().length >= SHORTEST_LINE) secrets.add(line.trim())
}

/** Makes what a decrypted file holds secret: each value of a file of variables, each line of another text. */
export function learnFile(content: Buffer, file: string, secrets: Secrets): void {
  if (content.includes(0)) return
  const text = content.toString('utf8')
  const data = DATA.includes(extname(file)) ? dataOf(text, file) : undefined
  if (typeof data === 'object' && data !== null) learnLeaves(data, secrets)
  else learnValue(text, secrets)
}

function learnLeaves(value: unknown, secrets: Secrets): void {
  if (typeof value === 'string') learnTemplate(value, secrets)
  else if (typeof value === 'number') secrets.add(value)
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) learnLeaves(item, secrets)
}

// `postgres://user:secret@{{ host }}/` is used as what it renders to: what stands around the marks is secret as well.
function learnTemplate(text: string, secrets: Secrets): void {
  learnValue(text, secrets)
  const pieces = text.split(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/s)
  if (pieces.length < 2) return
  for (const piece of pieces) if (piece.trim().length >= SHORTEST_LINE) secrets.add(piece.trim())
}

function dataOf(text: string, file: string): unknown {
  try {
    return parseYaml(text, file).data
  } catch {
    return undefined
  }
}
