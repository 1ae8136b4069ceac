import { EvaluationError } from '../../core/values/types.ts'

/** How the keys of an INI file are read. */
export interface IniOptions {
  readonly caseSensitive: boolean
  /** Whether a key may be written without a value, which is then null. */
  readonly allowNoValue: boolean
}

type Section = Map<string, string | null>

/**
 * The sections of an INI file as Python's configparser reads them: indented lines continue a value, and the values
 * of `[DEFAULT]` are those of every section.
 * @param file the file's name, for errors
 * @throws {EvaluationError} for a section or key given twice, and for lines that are neither
 */
export function readIni(source: string, file: string, options: IniOptions): ReadonlyMap<string, Section> {
  const parser = new IniParser(file, options)
  source.split(/\r\n|\r|\n/).forEach((line, index) => {
    parser.line(line, index + 1)
  })
  return parser.end()
}

/** Reads line after line. A class because each line depends on those before it. */
class IniParser {
  private readonly defaults: Section = new Map()
  private readonly sections = new Map<string, Section>()
  private section: Section | undefined
  private title = ''
  /** The key that an indented line continues, and how far that key is indented. */
  private key: string | undefined
  private indent = 0

  private readonly file: string
  private readonly options: IniOptions

  constructor(file: string, options: IniOptions) {
    this.file = file
    this.options = options
  }

  line(text: string, number: number): void {
    const content = text.trim()
    if (/^[#;]/.test(content)) return
    const indent = text.search(/\S/)
    if (content === '' || (this.key !== undefined && indent > this.indent)) this.append(content)
    else {
      this.indent = indent
      const [, title] = /^\[(.+)\]/.exec(content) ?? []
      if (title === undefined) this.set(content, number)
      else this.open(title, number)
    }
  }

  end(): ReadonlyMap<string, Section> {
    for (const [title, section] of this.sections)
      this.sections.set(
        title,
        new Map([...this.defaults, ...section].map(([key, value]) => [key, trimmed(value)])),
      )
    return this.sections
  }

  private append(line: string): void {
    const before = this.key === undefined ? undefined : this.section?.get(this.key)
    if (this.key !== undefined && typeof before === 'string')
      this.section?.set(this.key, `${before}\n${line}`)
  }

  private open(title: string, number: number): void {
    if (this.sections.has(title)) throw this.error(number, `section '${title}' already exists`)
    this.title = title
    this.key = undefined
    this.section = title === 'DEFAULT' ? this.defaults : new Map()
    if (title !== 'DEFAULT') this.sections.set(title, this.section)
  }

  private set(content: string, number: number): void {
    if (this.section === undefined) throw this.error(number, 'File contains no section headers')
    const [, written, value] = /^(.*?)\s*[=:]\s*(.*)$/.exec(content) ?? []
    const name = written ?? (this.options.allowNoValue ? content : '')
    if (name === '') throw this.error(number, `'${content}' is neither a section nor a key with a value`)
    const key = this.options.caseSensitive ? name : name.toLowerCase()
    if (this.section.has(key)) {
      const where = `option '${key}' in section '${this.title}' already exists`
      throw new EvaluationError(`Duplicate option in '${this.file}': line ${number}: ${where}`)
    }
    this.key = key
    this.section.set(key, value ?? null)
  }

  private error(line: number, what: string): EvaluationError {
    return new EvaluationError(`'${this.file}' is not a valid INI file: line ${line}: ${what}`)
  }
}

const trimmed = (value: string | null): string | null => value?.trimEnd() ?? null

const DEEPEST = 10

/**
 * A value with `%(name)s` replaced by the section's other values, and `%%` by a percent sign.
 * @throws {EvaluationError} for an unknown name, and for a percent sign that stands alone
 */
export function interpolated(
  value: string,
  section: ReadonlyMap<string, string | null>,
  options: IniOptions,
  depth = 1,
): string {
  if (depth > DEEPEST) throw new EvaluationError(`'${value}' refers to itself`)
  return value.replace(/%(?:(%)|\(([^)]+)\)s)?/g, (whole, percent?: string, name?: string) => {
    if (percent !== undefined) return percent
    if (name === undefined)
      throw new EvaluationError(`'%' must be followed by '%' or '(', found: '${value}'. Write '%%'.`)
    const other = section.get(options.caseSensitive ? name : name.toLowerCase())
    if (typeof other !== 'string')
      throw new EvaluationError(`'${whole}' in '${value}' is not a key of the section`)
    return interpolated(other, section, options, depth + 1)
  })
}
