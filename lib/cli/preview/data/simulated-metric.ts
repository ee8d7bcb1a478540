import { FleetMoment } from './fleet-load';
import { hashed, wandering } from './noise';

/** What the value of a metric is made of. */
export interface Sample {
  readonly seed: number;
  /** The metric, so that two never have the same noise. */
  readonly key: string;
  readonly timestamp: number;
  readonly stat: string;
  /** Values of the metric's dimensions. */
  readonly names: readonly string[];
  readonly moment: FleetMoment;
}

/** How a metric is simulated. */
export interface SimulatedMetric {
  readonly unit: string;
  /** Seconds between two data points that the service publishes. */
  readonly resolution: number;
  /** The value of one data point; nothing where the service would publish none. */
  readonly value: (sample: Sample) => number | undefined;
}

const MINUTE = 60;
const FIVE_MINUTES = 300;

/** Figures of a chat that nobody measured: they only give a preview its scale. */
const TOKENS_PER_PROMPT = 300;
const TOKENS_PER_ANSWER = 200;
const TOKEN_SHARE = 0.05;

const errors: SimulatedMetric['value'] = (sample) => {
  const { isIncident, requestsPerMinute } = sample.moment;
  const rate = isIncident ? 0.04 : hashed(sample.seed, sample.key, sample.timestamp) > 0.97 ? 0.002 : 0;
  // Services publish no data point for an error count of zero.
  return Math.round(requestsPerMinute * rate) || undefined;
};

/** Metrics that AWS publishes, and how. Counts are those of a minute. */
const KNOWN: Readonly<Record<string, SimulatedMetric>> = {
  'AWS/AutoScaling GroupInServiceInstances': count(MINUTE, ({ moment }) => moment.instances),
  'AWS/AutoScaling GroupTotalInstances': count(MINUTE, ({ moment }) => moment.instances),
  'AWS/AutoScaling GroupDesiredCapacity': count(MINUTE, ({ moment }) => moment.instances),
  'AWS/AutoScaling GroupPendingInstances': count(MINUTE, () => 0),
  'AWS/EC2 CPUUtilization': { unit: 'Percent', resolution: FIVE_MINUTES, value: cpu },
  'AWS/ApplicationELB RequestCount': count(MINUTE, requests),
  'AWS/ApplicationELB HTTPCode_Target_2XX_Count': count(MINUTE, requests),
  'AWS/ApplicationELB HTTPCode_Target_5XX_Count': count(MINUTE, errors),
  'AWS/ApplicationELB HTTPCode_ELB_5XX_Count': count(MINUTE, errors),
  'AWS/ApplicationELB RejectedConnectionCount': count(MINUTE, errors),
  'AWS/ApplicationELB HealthyHostCount': count(
    MINUTE,
    ({ moment }) => moment.instances - Number(moment.isIncident && moment.instances > 0),
  ),
  'AWS/ApplicationELB UnHealthyHostCount': count(MINUTE, ({ moment }) => Number(moment.isIncident)),
  'AWS/ApplicationELB TargetResponseTime': { unit: 'Seconds', resolution: MINUTE, value: responseTime },
  // Instances publish these when something is wrong with an image, which nothing here pretends.
  'GravitonFleet IllegalInstructions': count(MINUTE, () => undefined),
  'GravitonFleet RuntimeCrashes': count(MINUTE, () => undefined),
  'GravitonFleet KernelVerificationFailures': count(MINUTE, () => undefined),
  'GravitonFleet PromptTokens': count(MINUTE, (sample) => requests(sample) * TOKENS_PER_PROMPT),
  'GravitonFleet GeneratedTokens': count(MINUTE, (sample) => requests(sample) * TOKENS_PER_ANSWER),
  'GravitonFleet TimeToFirstToken': { unit: 'Seconds', resolution: MINUTE, value: responseTime },
  'GravitonFleet TimePerOutputToken': {
    unit: 'Seconds',
    resolution: MINUTE,
    value: (sample) => responseTime(sample) * TOKEN_SHARE,
  },
  'GravitonFleet RequestsInFlight': count(MINUTE, ({ moment }) => moment.cpu / 10),
  'GravitonFleet RequestsQueued': count(MINUTE, ({ moment }) => (moment.isIncident ? 6 : 4 * (moment.cpu / 100) ** 4)),
  'AWS/SQS ApproximateNumberOfMessagesVisible': count(MINUTE, queueLength),
  'AWS/SQS ApproximateNumberOfMessagesNotVisible': count(MINUTE, ({ moment }) =>
    Math.round((moment.instances * moment.cpu) / 10),
  ),
  'AWS/SQS NumberOfMessagesDeleted': count(MINUTE, requests),
  'AWS/SQS NumberOfMessagesSent': count(MINUTE, requests),
  'AWS/SQS ApproximateAgeOfOldestMessage': {
    unit: 'Seconds',
    resolution: MINUTE,
    value: (sample) => 4 + 0.4 * queueLength(sample),
  },
};

/** How a metric is simulated that AWS does not publish, or that is not known here: by its name. */
export function simulatedMetric(namespace: string, metricName: string): SimulatedMetric {
  const known = KNOWN[`${namespace} ${metricName}`];
  if (known) {
    return known;
  }
  if (/error|fail|reject|unhealthy|5xx|4xx|throttl|interrupt/i.test(metricName)) {
    return count(MINUTE, errors);
  }
  if (/percent|utilization|share|ratio/i.test(metricName)) {
    return { unit: 'Percent', resolution: MINUTE, value: ({ moment, ...rest }) => moment.cpu * noise(rest) };
  }
  if (/instances|hosts|workers|capacity/i.test(metricName)) {
    return count(MINUTE, ({ moment }) => moment.instances);
  }
  return {
    unit: 'None',
    resolution: MINUTE,
    value: ({ moment, ...rest }) => moment.requestsPerMinute * noise(rest),
  };
}

function count(resolution: number, value: SimulatedMetric['value']): SimulatedMetric {
  return { unit: 'Count', resolution, value };
}

/** Within a few percent of 1. */
function noise({ seed, key, timestamp }: Omit<Sample, 'moment' | 'names'>): number {
  return 0.95 + 0.1 * wandering(seed, key, timestamp, 600);
}

/** Once a day the data of a quarter of an hour is lost, as happens to basic monitoring. */
function cpu({ moment, ...rest }: Sample): number | undefined {
  const { seed, key, timestamp } = rest;
  const second = timestamp % 86_400;
  const gap = Math.floor((2 + 18 * hashed(seed, `${key} gap`, Math.floor(timestamp / 86_400))) * 3600);
  return second >= gap && second < gap + 900 ? undefined : moment.cpu * noise(rest);
}

function requests({ moment, ...rest }: Sample): number {
  return Math.round(moment.requestsPerMinute * noise(rest));
}

function responseTime({ moment, stat, ...rest }: Sample): number {
  const queueing = 1 + 3 * (moment.cpu / 100) ** 4;
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(stat);
  const tail = percentile ? 1 + 3 * (Math.max(0, Number(percentile[1]) - 50) / 50) ** 2 : 1.3;
  return 0.8 * queueing * tail * (moment.isIncident ? 2.4 : 1) * noise({ stat, ...rest });
}

function queueLength({ moment, ...rest }: Sample): number {
  if (rest.names.some((name) => /dead|dlq/i.test(name))) {
    return moment.isIncident ? 1 + Math.round(2 * hashed(rest.seed, rest.key, Math.floor(rest.timestamp / 600))) : 0;
  }
  return Math.round((moment.isIncident ? 180 : (moment.cpu / 100) ** 2 * 40) * noise(rest));
}
