function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  return exponent === 0 ? (bits & 1023) * 2 ** -24 : (1024 + (bits & 1023)) * 2 ** (exponent - 25);
}

/** GK4 weights as rows of k, written from kernels/docs/gk4.md. */
export function decodeGk4(bytes: Uint8Array, n: number, k: number, superblock = 512): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(n * k);
  const blocks = Math.ceil(k / 32);
  const panelBytes = Math.ceil((blocks * 272 + Math.ceil(k / superblock) * 32) / 64) * 64;
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < k; i++) {
      const inPanel = row % 16;
      const before = Math.floor(i / superblock);
      const blocksHere = Math.min(superblock / 32, blocks - (before * superblock) / 32);
      const start = Math.floor(row / 16) * panelBytes + before * ((superblock / 32) * 272 + 32);
      const block = Math.floor((i % superblock) / 32);
      const at = i % 16;
      const byte = view.getUint8(
        start + block * 256 + (at >> 2) * 64 + (inPanel >> 2) * 16 + (inPanel & 3) * 4 + (at & 3),
      );
      const nibble = i % 32 < 16 ? byte & 15 : byte >> 4;
      const scales = start + blocksHere * 256;
      const scale = half(view.getUint16(scales + blocksHere * 16 + inPanel * 2, true));
      values[row * k + i] = scale * view.getInt8(scales + block * 16 + inPanel) * (nibble < 8 ? nibble : nibble - 16);
    }
  }
  return values;
}
