/** Why a file cannot be read as what it claims to be. Never leaves the ELF reader. */
export class MalformedElf extends Error {}

/** The bytes of a little-endian 64-bit ELF file. Every access is checked: outside of the file it throws MalformedElf. */
export class ElfBytes {
  constructor(private readonly bytes: Buffer) {}

  public get length(): number {
    return this.bytes.length;
  }

  public u16(offset: number, what: string): number {
    return this.bytes.readUInt16LE(this.checked(offset, 2, what));
  }

  public u32(offset: number, what: string): number {
    return this.bytes.readUInt32LE(this.checked(offset, 4, what));
  }

  /** A 64-bit number. Beyond 2^53 it is rounded, which no offset into a real file is. */
  public u64(offset: number, what: string): number {
    return Number(this.bytes.readBigUInt64LE(this.checked(offset, 8, what)));
  }

  /** Text up to the next zero byte, or cut at the limit, so that no file makes its reader crawl. */
  public text(offset: number, what: string, limit = 4096): string {
    this.checked(offset, 1, what);
    const bytes = this.bytes.subarray(offset, offset + limit);
    const end = bytes.indexOf(0);
    return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  }

  /** The first byte of a text, for a look that costs no string. */
  public u8(offset: number, what: string): number {
    return this.bytes[this.checked(offset, 1, what)];
  }

  public slice(offset: number, size: number, what: string): Buffer {
    this.checked(offset, size, what);
    return this.bytes.subarray(offset, offset + size);
  }

  private checked(offset: number, size: number, what: string): number {
    if (!(offset >= 0 && size >= 0 && offset + size <= this.bytes.length)) {
      throw new MalformedElf(`${what} at byte ${offset} is outside of the file (${this.bytes.length} bytes)`);
    }
    return offset;
  }
}
