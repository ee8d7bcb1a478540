import * as path from 'node:path';
import { LAYOUT_PROGRAM, processPorts } from '../../common/process-ports';
import { ConfigurationError, readConfiguration } from '../../common/read-configuration';
import runtimeSchema from '../runtime-contract.schema.json';

const CONTRACT = 'etc/graviton/runtime.json';

/**
 * The metrics page of each process of the runtime, by its port.
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
  const ports = processPorts([path.join(root, LAYOUT_PROGRAM), root]);
  return Object.fromEntries(ports.map((port) => [port, `http://127.0.0.1:${port}${metricsPath}`]));
}
