import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { ConfigurationError, readConfiguration } from '../common/read-configuration';
import runtimeSchema from './runtime-contract.schema.json';

const CONTRACT = 'etc/graviton/runtime.json';
const LAYOUT = 'opt/graviton/bin/process_layout.py';
const LAYOUT_MILLISECONDS = 10_000;

/**
 * The metrics page of each process of the runtime, by its port. Which there are follows from the placement and the cores
 * of the instance; the program that makes their units says so.
 *
 * @param root of the file system
 * @throws ConfigurationError when the runtime has no metrics
 * @throws Error when the layout cannot be read
 */
export function processPages(root: string): Record<string, string> {
  const file = path.join(root, CONTRACT);
  const { metricsPath } = readConfiguration<{ readonly metricsPath?: string }>(file, runtimeSchema);
  if (metricsPath === undefined) {
    throw new ConfigurationError(`${file}: the runtime has no metricsPath`);
  }
  const program = path.join(root, LAYOUT);
  const { status, stdout, stderr, error } = spawnSync(program, [root], {
    encoding: 'utf8',
    timeout: LAYOUT_MILLISECONDS,
  });
  if (status !== 0) {
    throw new Error(`${program}: ${error?.message ?? stderr.trim()}`);
  }
  const layout = JSON.parse(stdout) as readonly { readonly INFERENCE_PORT: string }[];
  return Object.fromEntries(layout.map(({ INFERENCE_PORT: port }) => [port, `http://127.0.0.1:${port}${metricsPath}`]));
}
