import { InferenceRuntime, RuntimeOptions } from '../../lib';
import { existingImage } from './fleet-app';

/** A runtime whose instances publish what those of the built-in server do. */
export function publishingRuntime(options: RuntimeOptions = {}): InferenceRuntime {
  const runtime = InferenceRuntime.systemd({
    command: ['/server'],
    slotsPerProcess: 10,
    healthPath: '/health/ready',
    metricsPath: '/metrics',
    ...options,
  });
  return Object.defineProperty(runtime, '_publishesMetrics', { value: true });
}

/** Properties of a fleet whose instances publish metrics. */
export const publishing = () => ({ image: existingImage({ runtime: publishingRuntime() }) });
