import { aggregate, MetricIdentity, MetricSource, Points, TimeGrid, TimeRange } from '../../../economics/metric-math';
import { FleetConfigError } from '../../../validation';
import { UsageError } from '../../usage-error';
import { hasStandIn } from '../assembly/resolve-intrinsics';

/** A metric as it was asked for, and the data that came. */
interface Recording extends MetricIdentity {
  readonly stat: string;
  readonly period: number;
  readonly data: readonly { readonly timestamp: number; readonly value: number }[];
}

/** A file of recorded data: the request of GetMetricData, and its answer beside it. */
interface RecordedFile {
  readonly MetricDataQueries?: readonly RecordedQuery[];
  readonly MetricDataResults?: readonly RecordedResult[];
}

interface RecordedQuery {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

interface RecordedResult {
  readonly Id: string;
  readonly Timestamps: readonly (string | number)[];
  readonly Values: readonly number[];
}

/** What a file must be, for messages. */
const ALLOWED =
  'JSON with the MetricDataQueries of a request and the MetricDataResults that "aws cloudwatch get-metric-data" printed for it';

/**
 * Data that CloudWatch gave. A dimension whose value is only known at deployment matches any recorded value.
 */
export class RecordedSource implements MetricSource {
  private constructor(private readonly recordings: readonly Recording[]) {}

  /** @throws UsageError when the text is not such a file, or has no data */
  public static parse(file: string, text: string): RecordedSource {
    const { MetricDataQueries: queries, MetricDataResults: results } = parseJson(file, text);
    if (!Array.isArray(queries) || !Array.isArray(results)) {
      const missing = Array.isArray(results) ? 'MetricDataQueries' : 'MetricDataResults';
      throw new UsageError(`${file}: got JSON without ${missing}, allowed ${ALLOWED}: merge the two`);
    }
    const recordings = (queries as RecordedQuery[]).flatMap((query) => recordingOf(file, query, results));
    if (recordings.every(({ data }) => data.length === 0)) {
      throw new UsageError(`${file}: got no data point, allowed at least one: ask for a time at which there was data`);
    }
    return new RecordedSource(recordings);
  }

  /** From the first period to the end of the last. */
  public get range(): TimeRange {
    const times = this.recordings.flatMap(({ data, period }) => data.map(({ timestamp }) => ({ timestamp, period })));
    return {
      start: times.reduce((least, { timestamp }) => Math.min(least, timestamp), Infinity),
      end: times.reduce((most, { timestamp, period }) => Math.max(most, timestamp + period), 0),
    };
  }

  public points(metric: MetricIdentity, stat: string, grid: TimeGrid): Points {
    const found = this.recordings.filter((recording) => recording.stat === stat && matches(metric, recording));
    if (found.length > 1) {
      throw new FleetConfigError('recorded data', [
        {
          what: `${metric.namespace} ${metric.metricName}, ${stat}`,
          got: `${found.length} recorded metrics that it may be (${found.map(dimensionsText).join('; ')})`,
          allowed: 'one: the dimension that tells them apart is only known at deployment',
          fix: 'record the metrics of one deployment of this stack',
        },
      ]);
    }
    return aggregate(found[0]?.data ?? [], stat, grid);
  }
}

function recordingOf(file: string, { Id, MetricStat }: RecordedQuery, results: readonly RecordedResult[]): Recording[] {
  if (!MetricStat) {
    // An expression: the preview evaluates its own.
    return [];
  }
  const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
  const answers = results.filter((result) => result.Id === Id);
  return [
    {
      namespace: Namespace,
      metricName: MetricName,
      dimensions: Object.fromEntries((Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      stat: MetricStat.Stat,
      period: MetricStat.Period,
      // Several pages of one answer may have been merged.
      data: answers.flatMap((answer) => dataOf(file, answer)),
    },
  ];
}

function dataOf(file: string, { Id, Timestamps, Values }: RecordedResult): Recording['data'] {
  return Timestamps.map((time, index) => {
    const timestamp = typeof time === 'number' ? time : Date.parse(time) / 1000;
    const value = Values[index];
    if (!Number.isFinite(timestamp) || typeof value !== 'number') {
      throw new UsageError(`${file}: got data point ${index + 1} of ${Id} without time or value, allowed ${ALLOWED}`);
    }
    return { timestamp, value };
  });
}

function parseJson(file: string, text: string): RecordedFile {
  try {
    return (JSON.parse(text) ?? {}) as RecordedFile;
  } catch (error) {
    throw new UsageError(`${file}: got text that is not JSON (${(error as Error).message}), allowed ${ALLOWED}`);
  }
}

function matches(metric: MetricIdentity, recording: Recording): boolean {
  const names = Object.keys(metric.dimensions);
  return (
    metric.namespace === recording.namespace &&
    metric.metricName === recording.metricName &&
    names.length === Object.keys(recording.dimensions).length &&
    names.every((name) => {
      const [wanted, got] = [metric.dimensions[name], recording.dimensions[name]];
      return wanted === got || (got !== undefined && hasStandIn(wanted));
    })
  );
}

function dimensionsText({ dimensions }: Recording): string {
  return Object.entries(dimensions)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
