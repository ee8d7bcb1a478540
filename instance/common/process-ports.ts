import { spawnSync } from 'node:child_process';

const LAYOUT_MILLISECONDS = 10_000;

/** Where an image has the program that divides the instance among the processes of its runtime. */
export const LAYOUT_PROGRAM = 'opt/graviton/bin/process_layout.py';

/**
 * The ports of the processes of the runtime, in their order. How many there are follows from the placement and the cores
 * of the instance; the program that makes their units says so.
 *
 * @param command the program and its arguments
 * @throws Error when it fails
 */
export function processPorts([program, ...args]: readonly string[]): number[] {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: LAYOUT_MILLISECONDS,
  });
  if (status !== 0) {
    throw new Error(`${program}: ${error?.message ?? stderr.trim()}`);
  }
  const layout = JSON.parse(stdout) as readonly { readonly INFERENCE_PORT: string }[];
  return layout.map(({ INFERENCE_PORT: port }) => Number(port));
}
