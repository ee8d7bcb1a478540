import * as path from 'node:path';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { LocalAws } from '../local-aws/local-aws';
import { StackReadBack } from '../local-aws/stack-read-back';

/** The example that `npm start` deploys. */
export const EXAMPLE = { directory: 'examples/minimal-fleet', stack: 'MinimalFleet' } as const;

/** Where the synthesized example lies. */
export const ASSEMBLY_DIRECTORY = path.join(PROJECT_ROOT, EXAMPLE.directory, 'cdk.out');

/** What the steps hand on to each other. */
export interface StartContext {
  /** The running local AWS; absent where it cannot be installed. */
  localAws?: LocalAws;
  /** Why there is no local AWS on this machine, and what to do about it. */
  localAwsMissing?: string;
  /** The page with the example's dashboard. */
  preview?: string;
  /** The stack as it was deployed. */
  stack?: StackReadBack;
}
