import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { SeededRandom } from '../../instance/support/seeded-random';
import { readAwsRequest } from '../aws-request';
import { describeInstancesXml } from './describe-instances-xml';
import { Datum, PublishedMetrics } from './published-metrics';
import { instancesOf, SimulatedFleet, sizeOf } from './simulated-fleet';

/** How the API behaves. */
export interface Behaviour {
  /** Share of the requests that are answered with RequestLimitExceeded or Throttling. @default 0 */
  readonly throttled?: number;
  /** Instances of each page that come again on the next, because instances were launched in between. @default 0 */
  readonly repeated?: number;
  /** Groups for which DescribeInstances fails, alone or with others. @default none */
  readonly failingGroups?: readonly string[];
  /** Actions that are refused, such as `GetMetricData`. @default none */
  readonly failingActions?: readonly string[];
  /** Milliseconds that each page of instances takes. @default 0 */
  readonly pageMilliseconds?: number;
}

/** The parts of EC2 and CloudWatch that the fleet meter calls, over HTTP, with the protocols of the pinned SDK. */
export class SimulatedAws {
  public static async start(fleets: readonly SimulatedFleet[], behaviour: Behaviour = {}): Promise<SimulatedAws> {
    const aws = new SimulatedAws(fleets, behaviour);
    await new Promise<void>((resolve) => aws.server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  /** Requests by action, throttled ones apart as `Throttled`. */
  public readonly calls: Record<string, number> = {};
  /** The input of each request that was answered, but for its pages. */
  public readonly inputs: { readonly action: string; readonly input: unknown }[] = [];
  public readonly published = new PublishedMetrics();
  /** Percent by group; a group without has no data point. */
  public readonly cpuPercent = new Map<string, number>();
  /** USD per hour by `type zone`; one without has no price. */
  public readonly spotPrices = new Map<string, number>();
  private readonly server = http.createServer((request, response) => void this.answer(request, response));
  private readonly random = new SeededRandom(6);

  private constructor(
    public fleets: readonly SimulatedFleet[],
    public behaviour: Behaviour,
  ) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { action, target, query, body } = await readAwsRequest(request);
    const throttled = this.random.next() < (this.behaviour.throttled ?? 0);
    this.count(throttled ? 'Throttled' : action);
    const failed = throttled || this.behaviour.failingActions?.includes(action);
    if (target === undefined) {
      const answer = failed
        ? ec2Error(throttled ? 'RequestLimitExceeded' : 'UnauthorizedOperation')
        : this.ec2(action, query);
      await new Promise((resolve) => setTimeout(resolve, this.behaviour.pageMilliseconds ?? 0));
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body);
    } else {
      const type = throttled ? 'ThrottlingException' : 'AccessDeniedException';
      const answer = failed
        ? { __type: type, message: type }
        : this.cloudWatch(action, JSON.parse(body) as CloudWatchInput);
      response
        .writeHead(failed ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify(answer));
    }
  }

  private ec2(action: string, query: URLSearchParams): { status: number; body: string } {
    if (action === 'DescribeInstances') {
      return this.describeInstances(query);
    }
    const types = listOf(query, 'InstanceType');
    this.inputs.push({ action, input: { types, start: query.get('StartTime'), end: query.get('EndTime') } });
    const items = [...this.spotPrices].filter(([key]) => types.includes(key.split(' ')[0]));
    return { status: 200, body: spotPriceXml(items) };
  }

  private describeInstances(query: URLSearchParams): { status: number; body: string } {
    const groups = listOf(query, 'Filter.1.Value');
    if (groups.some((group) => this.behaviour.failingGroups?.includes(group))) {
      return ec2Error('InvalidParameterValue');
    }
    this.inputs.push({ action: 'DescribeInstances', input: groups });
    const fleets = this.fleets.filter(({ group }) => groups.includes(group.replace(/[*?\\]/g, '\\$&')));
    const size = Number(query.get('MaxResults'));
    const offset = Number(query.get('NextToken') ?? 0);
    const instances = instancesOf(fleets, offset, size);
    const next = offset + instances.length;
    const isLast = next >= fleets.reduce((sum, fleet) => sum + sizeOf(fleet), 0);
    const token = isLast ? undefined : `${next - (this.behaviour.repeated ?? 0)}`;
    return { status: 200, body: describeInstancesXml(instances, token) };
  }

  private cloudWatch(action: string, input: CloudWatchInput): object {
    if (action === 'PutMetricData') {
      this.inputs.push({ action, input: input.MetricData.length });
      input.MetricData.forEach((datum) => this.published.add(datum));
      return {};
    }
    this.inputs.push({ action, input: input.MetricDataQueries.length });
    const time = input.EndTime - 240;
    return {
      MetricDataResults: input.MetricDataQueries.map(({ Id, MetricStat }) => {
        const percent = this.cpuPercent.get(MetricStat.Metric.Dimensions[0].Value);
        // Newest first; the older one must not be taken.
        const values = percent === undefined ? [] : [percent, 99];
        return { Id, Timestamps: values.map((_, index) => time - 300 * index), Values: values, StatusCode: 'Complete' };
      }),
    };
  }

  private count(action: string): void {
    this.calls[action] = (this.calls[action] ?? 0) + 1;
  }
}

interface CloudWatchInput {
  readonly EndTime: number;
  readonly MetricData: readonly Datum[];
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: { readonly Dimensions: readonly { readonly Value: string }[] } };
  }[];
}

function listOf(query: URLSearchParams, name: string): string[] {
  return [...query].filter(([key]) => key.startsWith(`${name}.`)).map(([, value]) => value);
}

function ec2Error(code: string): { status: number; body: string } {
  const error = `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return {
    status: code === 'RequestLimitExceeded' ? 503 : 400,
    body: `<Response><Errors>${error}</Errors></Response>`,
  };
}

function spotPriceXml(prices: readonly [string, number][]): string {
  const items = prices.map(([key, price]) => {
    const [instanceType, zone] = key.split(' ');
    return `<item><instanceType>${instanceType}</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>${price.toFixed(6)}</spotPrice><timestamp>2026-11-22T00:00:00.000Z</timestamp><availabilityZone>${zone}</availabilityZone></item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<DescribeSpotPriceHistoryResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><spotPriceHistorySet>${items.join('')}</spotPriceHistorySet><nextToken></nextToken></DescribeSpotPriceHistoryResponse>`;
}
