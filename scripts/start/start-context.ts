import { LocalAws } from '../local-aws/local-aws';
import { StackReadBack } from '../local-aws/stack-read-back';

/** The example that `npm start` deploys. */
export const EXAMPLE = { directory: 'examples/minimal-fleet', stack: 'MinimalFleet' } as const;

/** What the steps hand on to each other. */
export interface StartContext {
  /** The running local AWS; absent where it cannot be installed. */
  localAws?: LocalAws;
  /** Why there is no local AWS on this machine, and what to do about it. */
  localAwsMissing?: string;
  /** The stack as it was deployed. */
  stack?: StackReadBack;
}
