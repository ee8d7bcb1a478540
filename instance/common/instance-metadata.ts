import { setTimeout as sleep } from 'node:timers/promises';

const DEFAULT_ENDPOINT = 'http://169.254.169.254';
const TOKEN_SECONDS = 21_600;
const REQUEST_MILLISECONDS = 1_000;
const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 100;

/** The instance metadata service did not answer. */
export class MetadataUnavailable extends Error {
  public override readonly name = 'MetadataUnavailable';
}

/** Where and how to ask. */
export interface InstanceMetadataOptions {
  /** @default AWS_EC2_METADATA_SERVICE_ENDPOINT, as the AWS SDKs read it, else http://169.254.169.254 */
  readonly endpoint?: string;
  /** How long a session token is good for, in seconds. @default 21,600, the longest there is */
  readonly tokenSeconds?: number;
  /** How long one request may take, in milliseconds. @default 1,000 */
  readonly requestMilliseconds?: number;
}

/**
 * Reads instance metadata by IMDSv2 only: never without a session token, for a fleet requires it. The token is renewed
 * after half of its time, and at once when the service refuses it. From inside a container the answer to the token
 * request needs a hop limit of 2; with 1 it never arrives, and the message of the error says so.
 *
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export class InstanceMetadata {
  private readonly endpoint: string;
  private readonly tokenSeconds: number;
  private readonly requestMilliseconds: number;
  private token?: { readonly value: string; readonly renewAt: number };

  public constructor(options: InstanceMetadataOptions = {}) {
    const endpoint = options.endpoint ?? process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? DEFAULT_ENDPOINT;
    this.endpoint = endpoint.replace(/\/+$/, '');
    this.tokenSeconds = options.tokenSeconds ?? TOKEN_SECONDS;
    this.requestMilliseconds = options.requestMilliseconds ?? REQUEST_MILLISECONDS;
  }

  /**
   * @param item below `latest/meta-data/`, such as `spot/instance-action`
   * @returns its text, `undefined` when the instance has no such item (404)
   * @throws MetadataUnavailable after three attempts
   */
  public async read(item: string): Promise<string | undefined> {
    let failure: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        const response = await this.get(item);
        if (response.status === 401) {
          this.token = undefined;
        }
        if (response.ok || response.status === 404) {
          const text = await response.text();
          return response.ok ? text.trim() : undefined;
        }
        failure = new Error(`HTTP status ${response.status}`);
      } catch (error) {
        failure = error;
      }
      await sleep(PAUSE_MILLISECONDS * (attempt + 1));
    }
    const hint = 'in a container the hop limit of the instance must be 2';
    throw new MetadataUnavailable(`${item}: ${(failure as Error).message} (${hint})`, { cause: failure });
  }

  /** As `read`, for an item that every instance has. @throws MetadataUnavailable also when it is missing */
  public async require(item: string): Promise<string> {
    const value = await this.read(item);
    if (value === undefined) {
      throw new MetadataUnavailable(`${item}: this instance has none`);
    }
    return value;
  }

  private async get(item: string): Promise<Response> {
    const token = await this.freshToken();
    return this.request(`meta-data/${item}`, { headers: { 'X-aws-ec2-metadata-token': token } });
  }

  private async freshToken(): Promise<string> {
    if (!this.token || Date.now() >= this.token.renewAt) {
      const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': String(this.tokenSeconds) };
      const response = await this.request('api/token', { method: 'PUT', headers });
      if (!response.ok) {
        throw new Error(`no session token, HTTP status ${response.status}`);
      }
      this.token = { value: await response.text(), renewAt: Date.now() + this.tokenSeconds * 500 };
    }
    return this.token.value;
  }

  private request(path: string, init: RequestInit): Promise<Response> {
    return fetch(`${this.endpoint}/latest/${path}`, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(this.requestMilliseconds),
    });
  }
}
