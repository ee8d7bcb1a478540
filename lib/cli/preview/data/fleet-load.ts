import { hashed, wandering } from './noise';

/** How many instances a simulated fleet may have. */
export interface FleetSize {
  readonly min: number;
  readonly max: number;
}

/** What happens to a simulated fleet at a point in time. */
export interface FleetMoment {
  /** Instances in service. */
  readonly instances: number;
  /** CPU utilization, in percent. */
  readonly cpu: number;
  /** Requests per minute. */
  readonly requestsPerMinute: number;
  /** Whether something is wrong. */
  readonly isIncident: boolean;
}

const DAY = 86_400;
const HOUR = 3600;
/** Percent of CPU that the greatest number of instances has at the peak of the day. */
const PEAK_CPU = 62;
const REQUESTS_PER_CPU_PERCENT = 1.5;
/** New instances take load so much later than it comes. */
const SCALING_DELAY = 600;
const INCIDENT_SECONDS = 1500;

/** A day of a fleet with a peak in the afternoon, scaling that lags behind, and one incident of 25 minutes. */
export function fleetMoment(seed: number, fleet: string, { min, max }: FleetSize, timestamp: number): FleetMoment {
  const wanted = min + (max - min) * load(seed, fleet, timestamp - SCALING_DELAY);
  const instances = Math.min(max, Math.max(min, Math.ceil(wanted)));
  const demand = load(seed, fleet, timestamp) * Math.max(max, 1) * PEAK_CPU;
  const cpu = Math.min(97, Math.max(3, demand / Math.max(instances, 1)));
  return {
    instances,
    cpu,
    requestsPerMinute: demand * REQUESTS_PER_CPU_PERCENT,
    isIncident: isIncident(seed, fleet, timestamp),
  };
}

/** From 0 at night to 1 at the busiest time. */
function load(seed: number, fleet: string, timestamp: number): number {
  const hour = (timestamp % DAY) / HOUR;
  const peak = 14 + 2 * hashed(seed, `${fleet} peak`, 0);
  const away = Math.min(Math.abs(hour - peak), 24 - Math.abs(hour - peak));
  const shape = 0.12 + 0.8 * Math.exp(-((away / 4.2) ** 2));
  return Math.min(1, shape * (0.88 + 0.24 * wandering(seed, `${fleet} load`, timestamp, 900)));
}

function isIncident(seed: number, fleet: string, timestamp: number): boolean {
  const day = Math.floor(timestamp / DAY);
  const start = day * DAY + (9 + 9 * hashed(seed, `${fleet} incident`, day)) * HOUR;
  return timestamp >= start && timestamp < start + INCIDENT_SECONDS;
}
