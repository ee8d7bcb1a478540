import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { AwsRefusal } from './aws-refusal';
import { IamAction } from './iam-actions';
import type * as sdk from './sdk';

/** Milliseconds that a question to AWS may take, with all its pages and attempts. */
const DEADLINE = 120_000;

const CLIENT_OPTIONS = {
  // Fewer requests for as long as the service throttles: the account's other programs have the same limit.
  retryMode: 'adaptive',
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000 },
};

type Sdk = typeof sdk;

/** The clients and operations to ask with. */
export interface AwsAccess {
  readonly sdk: Sdk;
  readonly ec2: EC2Client;
  readonly cloudWatch: CloudWatchClient;
  readonly quotas: ServiceQuotasClient;
  readonly signal: AbortSignal;
}

type AsyncPages<Page> = AsyncIterable<Page>;

/** Questions to AWS in one region, by the credentials that the SDK finds. */
export class AwsRegion {
  public static async open(region: string): Promise<AwsRegion> {
    // The SDK would warn at every start of versions of Node.js that later versions of it, not this one, will refuse.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    return new AwsRegion(region, await import('./sdk'));
  }

  private readonly clients: Omit<AwsAccess, 'signal'>;
  private lasting?: AwsRefusal;

  private constructor(
    public readonly region: string,
    loaded: Sdk,
  ) {
    const options = { ...CLIENT_OPTIONS, region };
    this.clients = {
      sdk: loaded,
      ec2: new loaded.EC2Client(options),
      cloudWatch: new loaded.CloudWatchClient(options),
      quotas: new loaded.ServiceQuotasClient(options),
    };
  }

  /** Whether AWS answers no question here, whatever it is. */
  public get refused(): boolean {
    return this.lasting !== undefined;
  }

  /** @throws AwsRefusal when AWS gives no answer; at once when it was such that no other question would be answered */
  public async ask<T>(action: IamAction, question: (access: AwsAccess) => Promise<T>): Promise<T> {
    if (this.lasting) {
      throw this.lasting;
    }
    try {
      return await question({ ...this.clients, signal: AbortSignal.timeout(DEADLINE) });
    } catch (error) {
      const refusal = AwsRefusal.of(action, this.region, error);
      this.lasting = refusal.isLasting ? refusal : undefined;
      throw refusal;
    }
  }

  /**
   * All items of an answer in pages.
   *
   * @throws AwsRefusal when AWS gives no answer
   */
  public async all<Page, Item>(
    action: IamAction,
    pages: (access: AwsAccess) => AsyncPages<Page>,
    items: (page: Page) => readonly Item[] | undefined,
  ): Promise<Item[]> {
    return this.ask(action, async (access) => {
      const found: Item[] = [];
      for await (const page of pages(access)) {
        found.push(...(items(page) ?? []));
        access.signal.throwIfAborted();
      }
      return found;
    });
  }
}
