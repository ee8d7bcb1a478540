import * as fs from 'node:fs';
import * as path from 'node:path';

/** Where an instance store is mounted, below the loader's directory. */
export const INSTANCE_STORE = 'nvme';

/** Devices and where they are mounted, as the kernel has them. */
export function readMounts(table = '/proc/self/mounts'): { readonly device: string; readonly target: string }[] {
  return fs
    .readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([device, target = '']) => ({ device, target }));
}

/** Where models may lie, the best place first. */
export function storagesIn(directory: string, mounts = readMounts()): string[] {
  const store = path.join(directory, INSTANCE_STORE);
  const isMounted = mounts.some(({ target }) => target === store);
  return [...(isMounted ? [store] : []), path.join(directory, 'models')];
}
