import { ON_INSTANCE_PROGRAMS } from './on-instance-file';

/** What instances publish their metrics under; their role allows them no other name space. */
export const METRIC_NAMESPACE = 'GravitonFleet';

/**
 * The dimension of what instances publish. The name of their group would be a circle of references in an alarm that the
 * group's own update policy names.
 */
export const FLEET_DIMENSION = 'Fleet';

/** The tag in which an instance finds the value of the dimension. */
export const FLEET_TAG = 'graviton-fleet:fleet';

/** Processes of the runtime that ended otherwise than cleanly. */
export const CRASH_METRIC = 'RuntimeCrashes';

/** Processes of the runtime, and programs of jobs, that SIGILL ended. */
export const ILLEGAL_INSTRUCTION_METRIC = 'IllegalInstructions';

/**
 * What each instance of the built-in server publishes once a minute, for all of its processes together. Sums are of the
 * minute; seconds are distributions of what ended in it; requests are one value per instance, so that the average is per
 * instance.
 */
export const SERVER_METRICS = {
  promptTokens: 'PromptTokens',
  generatedTokens: 'GeneratedTokens',
  timeToFirstToken: 'TimeToFirstToken',
  timePerOutputToken: 'TimePerOutputToken',
  requestsInFlight: 'RequestsInFlight',
  requestsQueued: 'RequestsQueued',
} as const;

/** Gauges on the metrics page of each process of the built-in server, which add up to what it accepted and has not answered. */
export const SERVER_LOAD_GAUGES = ['graviton_requests_in_flight', 'graviton_requests_queued'] as const;

/** Command that publishes one data point of each metric whose name follows. */
export const REPORT_METRIC = `${ON_INSTANCE_PROGRAMS}/report-metric ${METRIC_NAMESPACE}`;

/** Command of a unit that counts how its process ended. */
export const REPORT_CRASH = `${ON_INSTANCE_PROGRAMS}/report-crash ${METRIC_NAMESPACE} ${CRASH_METRIC} ${ILLEGAL_INSTRUCTION_METRIC}`;
