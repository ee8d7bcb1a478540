/** An entry of a zip archive, as its central directory lists it. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of the file, unpacked. */
  readonly size: number;
  readonly isEncrypted: boolean;
  /** Whether it is a plain file or a directory, and no symbolic link, device or pipe. */
  readonly isRegular: boolean;
}

// APPNOTE.TXT 6.3.10, sections 4.3.12 (central directory header) and 4.3.16 (end of central directory record).
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const ZIP64_COUNT = 0xffff;
const ZIP64_OFFSET = 0xffffffff;
const MADE_ON_UNIX = [3, 19];
const FILE_TYPE_MASK = 0xf000;
const REGULAR_FILE = 0x8000;
const DIRECTORY = 0x4000;

/**
 * Reads the table at the end of a zip archive. fflate unpacks what it lists, and tells nothing of the kinds of files.
 *
 * @returns the entries, or undefined when this is no zip archive, a damaged one, or one in the Zip64 format as a whole
 */
export function readZipDirectory(archive: Buffer): ZipEntry[] | undefined {
  const end = endRecord(archive);
  if (end === undefined) {
    return undefined;
  }
  const count = archive.readUInt16LE(end + 10);
  let offset = archive.readUInt32LE(end + 16);
  if (count === ZIP64_COUNT || offset === ZIP64_OFFSET) {
    return undefined;
  }
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (offset + ENTRY_BYTES > end || archive.readUInt32LE(offset) !== ENTRY_SIGNATURE) {
      return undefined;
    }
    entries.push(readEntry(archive, offset));
    offset += ENTRY_BYTES + [28, 30, 32].reduce((sum, field) => sum + archive.readUInt16LE(offset + field), 0);
  }
  return entries;
}

function endRecord(archive: Buffer): number | undefined {
  const last = archive.length - END_BYTES;
  for (let offset = last; offset >= 0 && offset >= last - LONGEST_COMMENT; offset--) {
    if (archive.readUInt32LE(offset) === END_SIGNATURE) {
      return offset;
    }
  }
  return undefined;
}

function readEntry(archive: Buffer, offset: number): ZipEntry {
  const name = archive.toString('utf8', offset + ENTRY_BYTES, offset + ENTRY_BYTES + archive.readUInt16LE(offset + 28));
  const isUnix = MADE_ON_UNIX.includes(archive[offset + 5]);
  const fileType = isUnix ? archive.readUInt16LE(offset + 40) & FILE_TYPE_MASK : 0;
  return {
    name,
    size: archive.readUInt32LE(offset + 24),
    isEncrypted: (archive.readUInt16LE(offset + 8) & 1) === 1,
    // Tools that are no Unix tools, and some that are, leave the type at zero.
    isRegular: [0, REGULAR_FILE, DIRECTORY].includes(fileType),
  };
}
