import { Duration, Stack } from 'aws-cdk-lib';
import { InferenceRuntime } from '../../lib';
import { existingImage } from './fleet-app';
import { modelInBucket } from './model-app';

/** The built-in server, whose instances publish metrics; its package must have been built (`useBuiltInServer`). */
export function publishingRuntime(): InferenceRuntime {
  const model = modelInBucket(new Stack());
  // Shorter than the drain of any fleet, which so decides how long a silence may be.
  return InferenceRuntime.builtIn({ model, contextLength: 4096, slots: 10, requestTimeout: Duration.minutes(1) });
}

/** Properties of a fleet whose instances publish metrics. */
export const publishing = () => ({ image: existingImage({ runtime: publishingRuntime() }) });
