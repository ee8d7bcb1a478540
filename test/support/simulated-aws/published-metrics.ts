/** A data point as PutMetricData brings it, its time in seconds as the protocol has it. */
export interface Datum {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp: number;
  readonly Value: number;
}

/** What CloudWatch keeps of all values of a metric at one time. */
export interface Statistics {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly average: number;
}

/** Data points as CloudWatch keeps them: values of the same metric and time are summed up, not replaced. */
export class PublishedMetrics {
  private readonly values = new Map<string, number[]>();

  public add({ MetricName, Dimensions, Timestamp, Value }: Datum): void {
    const key = keyOf(Dimensions[0].Value, MetricName, new Date(Timestamp * 1000));
    this.values.set(key, [...(this.values.get(key) ?? []), Value]);
  }

  /** Data points in all: values of one metric and time are one. */
  public get size(): number {
    return this.values.size;
  }

  /** @returns undefined when nothing was published */
  public statistics(of: string, metricName: string, time: Date): Statistics | undefined {
    const values = this.values.get(keyOf(of, metricName, time));
    if (values === undefined) {
      return undefined;
    }
    const sum = values.reduce((total, value) => total + value, 0);
    return {
      sampleCount: values.length,
      sum,
      minimum: Math.min(...values),
      maximum: Math.max(...values),
      average: sum / values.length,
    };
  }
}

function keyOf(of: string, metricName: string, time: Date): string {
  return `${of} ${metricName} ${time.toISOString()}`;
}
