/** An npm package with binaries for Arm64 Linux, written by others. */
export interface PeerPackage {
  readonly name: string;
  /** Exact, so that every run sees the same code. */
  readonly version: string;
  /** Its binaries, inside the package. */
  readonly files: readonly RegExp[];
}

/** C++ with kernels for many levels of the ISA, C with hand-written assembly, Rust, and Go. */
export const PEER_PACKAGES: readonly PeerPackage[] = [
  { name: '@node-llama-cpp/linux-arm64', version: '3.22.1', files: [/\.so(\.\d+)*$/, /\.node$/] },
  { name: 'onnxruntime-node', version: '1.30.0', files: [/linux\/arm64\/.*(\.so(\.\d+)*|\.node)$/] },
  { name: '@img/sharp-libvips-linux-arm64', version: '1.3.4', files: [/\.so(\.\d+)*$/] },
  { name: '@rollup/rollup-linux-arm64-gnu', version: '4.68.7', files: [/\.node$/] },
  { name: '@esbuild/linux-arm64', version: '0.28.2', files: [/bin\/esbuild$/] },
];
