import { _InstanceType, EC2Client, paginateDescribeSpotPriceHistory, SpotPrice } from '@aws-sdk/client-ec2';
import { chunksOf } from '../chunks-of';

const PAGE_SIZE = 1000;
const TYPES_PER_REQUEST = 100;

/** What an hour of a Spot Instance costs at a moment, by instance type and zone. */
export class SpotPrices {
  private readonly latest = new Map<string, { readonly at: number; readonly usdPerHour: number }>();

  /**
   * Asks EC2 for the prices of a moment. With the same start and end it gives the last change before that
   * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html, read 2026-11-23), so that a
   * later attempt gets the same prices.
   */
  public static async at(
    client: EC2Client,
    time: Date,
    instanceTypes: readonly string[],
    signal: AbortSignal,
  ): Promise<SpotPrices> {
    const prices = new SpotPrices();
    for (const types of chunksOf(instanceTypes, TYPES_PER_REQUEST)) {
      const request = {
        InstanceTypes: types as _InstanceType[],
        ProductDescriptions: ['Linux/UNIX' as const],
        StartTime: time,
        EndTime: time,
      };
      const pages = paginateDescribeSpotPriceHistory({ client, pageSize: PAGE_SIZE }, request, {
        abortSignal: signal,
      });
      for await (const { SpotPriceHistory: history = [] } of pages) {
        history.forEach((price) => prices.add(price));
      }
    }
    return prices;
  }

  /** USD per hour; undefined when there is no price. */
  public usdPerHour(instanceType: string, zone: string): number | undefined {
    return this.latest.get(`${instanceType} ${zone}`)?.usdPerHour;
  }

  private add({ InstanceType, AvailabilityZone, SpotPrice: price, Timestamp }: SpotPrice): void {
    const usdPerHour = Number(price);
    const at = Timestamp?.getTime() ?? 0;
    const key = `${InstanceType} ${AvailabilityZone}`;
    const known = this.latest.get(key);
    if (price && Number.isFinite(usdPerHour) && (known === undefined || known.at <= at)) {
      this.latest.set(key, { at, usdPerHour });
    }
  }
}
