import Ajv from 'ajv';
import schema from './meter-event.schema.json';

/** A figure from a model: never one number alone. */
export interface Estimate {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

export type PowerCurve = readonly (readonly [utilization: number, share: number])[];

/** What is known of an instance type, for one instance. A figure that is not known is absent. */
export interface TypeFigures {
  /** On-demand list price, in USD. */
  readonly listUsdPerHour?: number;
  /** What the user pays for an on-demand instance, in USD. */
  readonly effectiveUsdPerHour?: number;
  /** Watts at 0 % CPU, power usage effectiveness included. */
  readonly idleWatts?: Estimate;
  /** Watts at 100 % CPU, power usage effectiveness included. */
  readonly fullLoadWatts?: Estimate;
}

/** What the schedule gives to each run: all that there is to know, so that an attempt after the first does the same. */
export interface MeterEvent {
  /** Name of the meter, of its own metric. */
  readonly meter: string;
  /** When the run was due (ISO 8601): the time of each data point, in each attempt. */
  readonly scheduledTime: string;
  /** Names of the Auto Scaling groups, those together whose instances are asked for together. */
  readonly scans: readonly (readonly string[])[];
  /** Points of utilization and share of the way from idle to full load, straight between them, from [0, 0] to [1, 1]. */
  readonly powerCurve: PowerCurve;
  /** What is known of each instance type of the fleets. */
  readonly types: Readonly<Record<string, TypeFigures>>;
}

const validate = new Ajv({ allErrors: true, strict: true }).compile<MeterEvent>(schema);

/** @throws Error with every problem of an event that is not one of the schedule's */
export function readMeterEvent(event: unknown): MeterEvent {
  if (validate(event)) {
    return event;
  }
  const problems = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  throw new Error(`not an event of the fleet meter: ${problems.join('; ')}`);
}
