import * as path from 'node:path';
import { FleetPolicy } from 'cdk-graviton-fleet';

/** The same files, for teams that write TypeScript. */
export const policy = FleetPolicy.fromFiles(
  ['organisation.yaml', 'platform.yaml'].map((name) => path.join(__dirname, name)),
);
