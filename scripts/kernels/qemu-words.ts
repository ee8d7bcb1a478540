import { existsSync } from 'node:fs';
import { join } from 'node:path';

const CROSS = '/usr/aarch64-linux-gnu';

/** Where the Arm64 C library lies: Debian's cross packages, or the system itself on an Arm64 machine. */
export function arm64Sysroot(): string {
  return existsSync(join(CROSS, 'lib/ld-linux-aarch64.so.1')) ? CROSS : '/';
}

/** What plays a processor of Arm64 Linux: the beginning of a command. */
export function qemuWords({ qemuCpu }: { readonly qemuCpu: string }): string[] {
  return ['qemu-aarch64', '-L', arm64Sysroot(), '-cpu', qemuCpu];
}
