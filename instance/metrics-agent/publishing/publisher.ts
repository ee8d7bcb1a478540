import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { NAMESPACE } from '../published-metrics';
import { dataOf, Minute } from './minute';

const PUBLISH_MILLISECONDS = 20_000;

/** What became of minutes. Nobody knows whether CloudWatch has counted what it did not answer to. */
export type Outcome = { readonly kind: 'published' } | { readonly kind: 'not-taken' | 'lost'; readonly error: unknown };

/** Codes of connections that never were. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Answers by which CloudWatch says that it might take the same later. */
const NOT_NOW_STATUS = new Set([403, 429, 503]);
const NOT_NOW_NAME = /thrott|limitexceeded|expired|slowdown|credentials/i;

/** Publishes by one call. It needs `cloudwatch:PutMetricData`, in the namespace. */
export class Publisher {
  public constructor(
    /** One that tries nothing twice. */
    private readonly client: CloudWatchClient,
    private readonly fleet: string,
    private readonly milliseconds: number = PUBLISH_MILLISECONDS,
  ) {}

  /** PutMetricData has no token by which it would know a call again, so that only what was refused may be repeated. */
  public async publish(minutes: readonly Minute[]): Promise<Outcome> {
    const MetricData = minutes.flatMap((minute) => dataOf(minute, this.fleet));
    try {
      const abortSignal = AbortSignal.timeout(this.milliseconds);
      await this.client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData }), { abortSignal });
      return { kind: 'published' };
    } catch (error) {
      return { kind: wasNotTaken(error) ? 'not-taken' : 'lost', error };
    }
  }
}

function wasNotTaken(error: unknown): boolean {
  const { name, code, $metadata } = error as {
    readonly name: string;
    readonly code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  return (
    NOT_CONNECTED.has(code ?? '') || NOT_NOW_NAME.test(name) || (status !== undefined && NOT_NOW_STATUS.has(status))
  );
}
