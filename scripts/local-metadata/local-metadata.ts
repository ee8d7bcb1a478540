import { randomUUID } from 'node:crypto';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';

const LATEST = '/latest/';
const ROLE = 'instance-role';
const CREDENTIAL_HOURS = 6;
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const LONGEST_TTL_SECONDS = 21_600;

/** Which instance the metadata are of. */
export interface LocalMetadataOptions {
  readonly instanceId: string;
  readonly region: string;
  /** @default the instance is in no group */
  readonly autoScalingGroupName?: string;
  /** @default unknown */
  readonly localIpv4?: string;
  /** Tags that the launch template shows. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The instance metadata service of one EC2 instance on loopback: IMDSv2 only, with session tokens that expire, and with
 * the announcements by which an instance learns of its end. What it cannot show is the hop limit.
 *
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export class LocalMetadata {
  public static async start(options: LocalMetadataOptions): Promise<LocalMetadata> {
    const metadata = new LocalMetadata(options);
    await new Promise<void>((resolve) => metadata.server.listen(0, '127.0.0.1', resolve));
    return metadata;
  }

  private readonly items = new Map<string, string>();
  /** Until when each token is good, milliseconds since 1970. */
  private readonly tokens = new Map<string, number>();
  private readonly server = http.createServer((request, response) => this.answer(request, response));
  private refusals = 0;
  private tokensIssued = 0;

  private constructor({ instanceId, region, autoScalingGroupName, localIpv4, tags = {} }: LocalMetadataOptions) {
    this.items.set('instance-id', instanceId);
    this.items.set('placement/region', region);
    this.items.set('iam/security-credentials/', ROLE);
    this.items.set(`iam/security-credentials/${ROLE}`, credentials());
    if (localIpv4 !== undefined) {
      this.items.set('local-ipv4', localIpv4);
    }
    Object.entries(tags).forEach(([key, value]) => this.items.set(`tags/instance/${key}`, value));
    if (autoScalingGroupName !== undefined) {
      this.items.set('autoscaling/target-lifecycle-state', 'InService');
      this.items.set('tags/instance/aws:autoscaling:groupName', autoScalingGroupName);
    }
  }

  /** For `AWS_EC2_METADATA_SERVICE_ENDPOINT`, which the AWS SDKs read too. */
  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many session tokens were asked for. */
  public get issuedTokens(): number {
    return this.tokensIssued;
  }

  /** Auto Scaling is about to terminate the instance. */
  public announceTermination(): void {
    this.announceState('Terminated');
  }

  /** Auto Scaling is about to bring the instance into a state, such as `InService` or `Warmed:Stopped`. */
  public announceState(target: string): void {
    this.items.set('autoscaling/target-lifecycle-state', target);
  }

  /** EC2 takes the Spot Instance back at a time. */
  public announceSpotInterruption(time: Date): void {
    // The service gives whole seconds.
    const at = `${time.toISOString().slice(0, 19)}Z`;
    this.items.set('spot/instance-action', JSON.stringify({ action: 'terminate', time: at }));
  }

  /** EC2 sees an elevated risk of interruption. */
  public announceRebalance(): void {
    const noticeTime = new Date().toISOString();
    this.items.set('events/recommendations/rebalance', JSON.stringify({ noticeTime }));
  }

  /** Makes every session token invalid, as a stop and start of the instance does. */
  public forgetTokens(): void {
    this.tokens.clear();
  }

  /** Answers the next requests with status 503. */
  public refuse(requests: number): void {
    this.refusals = requests;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const path = request.url ?? '';
    if (this.refusals > 0) {
      this.refusals -= 1;
      response.writeHead(503).end();
    } else if (request.method === 'PUT' && path === `${LATEST}api/token`) {
      this.issueToken(request, response);
    } else if (!this.isAuthorized(request)) {
      response.writeHead(401).end();
    } else {
      const value = this.items.get(path.replace(`${LATEST}meta-data/`, ''));
      response.writeHead(value === undefined ? 404 : 200, { 'Content-Type': 'text/plain' }).end(value);
    }
  }

  private issueToken(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seconds = Number(request.headers[TTL_HEADER]);
    // The service refuses a token request that has come through a proxy.
    if (!(seconds >= 1 && seconds <= LONGEST_TTL_SECONDS) || request.headers['x-forwarded-for'] !== undefined) {
      response.writeHead(request.headers['x-forwarded-for'] === undefined ? 400 : 403).end();
      return;
    }
    const token = randomUUID();
    this.tokens.set(token, Date.now() + seconds * 1000);
    this.tokensIssued += 1;
    response.writeHead(200, { [TTL_HEADER]: String(seconds) }).end(token);
  }

  private isAuthorized(request: http.IncomingMessage): boolean {
    const token = request.headers[TOKEN_HEADER];
    return typeof token === 'string' && Date.now() < (this.tokens.get(token) ?? 0);
  }
}

/** Made up: the emulator takes any. */
function credentials(): string {
  return JSON.stringify({
    Code: 'Success',
    Type: 'AWS-HMAC',
    LastUpdated: new Date().toISOString(),
    AccessKeyId: 'testing',
    SecretAccessKey: 'testing',
    Token: 'testing',
    Expiration: new Date(Date.now() + CREDENTIAL_HOURS * 3_600_000).toISOString(),
  });
}
