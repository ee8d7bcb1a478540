import * as path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { KernelBundle } from '../../../kernels';
import { ModelSource } from '../../model';
import { requireBuiltFiles } from '../../private/require-built-files';
import { ServedWeights } from '../served-weights';

/** The server for Arm64, as the package ships it. */
const SERVER_DIRECTORY = path.join(__dirname, '..', '..', '..', '..', 'server', 'build', 'aarch64');

/** Its name among the bundles that are verified at each boot. */
export const SERVER_BUNDLE = 'graviton-server';

const SERVER_FILES = [
  'graviton-server.js',
  'graviton_inference.node',
  'libgraviton_engine.so',
  'libgraviton_kernels.so',
];

/** What an image installs of the built-in server. */
export interface ServerParts {
  readonly model: ModelSource;
  readonly apiKeys?: secretsmanager.ISecret;
  /** Of the server's files. */
  readonly directory: string;
}

/** What a fleet and an image must know of the built-in server, beyond the contract of every runtime. */
export interface BuiltInServer extends ServerParts {
  /** Of a process. */
  readonly slots: number;
  /** @default - what the model was trained for */
  readonly contextLength?: number;
  readonly weights: ServedWeights;
  /**
   * The longest that a request may take, its wait included.
   *
   * @default - what the fleet waits for
   */
  readonly requestTimeout?: Duration;
  /** Its shared objects, for the gate. */
  readonly objects: KernelBundle;
}

const decoded = new Map<string, KernelBundle>();

/** @throws FleetConfigError when the package was not built, or the server's code needs more than its base image has */
export function serverObjects(directory = SERVER_DIRECTORY): Pick<BuiltInServer, 'directory' | 'objects'> {
  const files = SERVER_FILES.map((file) => path.join(directory, file));
  requireBuiltFiles('InferenceRuntime.builtIn', { what: 'server', files, made: 'inference server' });
  const objects = decoded.get(directory) ?? KernelBundle._ofObjects(SERVER_BUNDLE, directory);
  decoded.set(directory, objects);
  return { directory, objects };
}
