/** One member of an archive: a file unless its type says otherwise. */
export interface Member {
  readonly name: string
  readonly content?: string | Buffer
  readonly mode?: number
  /** As tar writes it: 0 file, 1 hard link, 2 symbolic link, 3 character device, 5 folder. */
  readonly type?: '0' | '1' | '2' | '3' | '5'
  /** Where a link leads. */
  readonly target?: string
}

// Long past, and the same on every run.
const TIME = 1_600_000_000

function header({ name, content = '', mode, type = '0', target = '' }: Member): Buffer {
  const block = Buffer.alloc(512)
  const number = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`
  block.write(name, 0, 100)
  block.write(number(mode ?? (type === '5' ? 0o755 : 0o644), 8), 100)
  block.write(number(0, 8), 108)
  block.write(number(0, 8), 116)
  block.write(number(Buffer.byteLength(content), 12), 124)
  block.write(number(TIME, 12), 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write(target, 157, 100)
  block.write('ustar\x0000', 257)
  if (type === '3') block.write(`${number(1, 8)}${number(3, 8)}`, 329)
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return block
}

/** A tar archive, hostile ones too, which tar programs would not make in the same way. */
export function tarOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? '')
    return [header(member), content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** The checksum of zip; node:zlib has it only since Node 22. */
function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

/** A zip archive of files that are stored as they are, made by a system with modes. */
export function zipOf(members: readonly Member[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content = '', mode, type = '0', target } of members) {
    const path = Buffer.from(name)
    const bytes = Buffer.from(target ?? content)
    const kind = { '0': 0o100000, '1': 0o100000, '2': 0o120000, '3': 0o020000, '5': 0o040000 }[type]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(10, 0)
    // 2020-09-13, 12:26:40
    common.writeUInt16LE(0x6354, 6)
    common.writeUInt16LE(0x512d, 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(bytes.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(path.length, 22)
    local.push(Buffer.from('PK\x03\x04'), common, path, bytes)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((kind | (mode ?? (type === '5' ? 0o755 : 0o644))) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x1e\x03'), common, rest, path)
    offset += 30 + path.length + bytes.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(members.length, 4)
  end.writeUInt16LE(members.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end])
}

/** A piece of sh that writes bytes to a file, where nothing but base64 is to be had. */
export function writes(file: string, bytes: Buffer): string {
  return `printf %s '${bytes.toString('base64')}' | base64 -d >${file}`
}
