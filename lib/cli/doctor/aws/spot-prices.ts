import type { SpotPrice } from '@aws-sdk/client-ec2';
import { Check, ok, skipped, warning } from '../check';
import { AwsCheck } from './aws-check';
import { zonesOf } from './zones';

const ID = 'aws.spot';

/** What Spot instances cost now, by type and Availability Zone, for the groups that may have any. */
export const SPOT_PRICES: AwsCheck = {
  id: ID,
  check: async (region) => {
    const groups = region.groups.filter(({ most }) => most === undefined || most.spot > 0);
    if (groups.length === 0) {
      return [skipped(ID, 'no group buys Spot instances')];
    }
    const types = [...new Set(groups.flatMap(({ instanceTypes }) => instanceTypes))].sort();
    const now = new Date(region.now * 1000);
    const prices = await region.aws.all(
      'ec2:DescribeSpotPriceHistory',
      ({ sdk, ec2, signal }) =>
        sdk.paginateDescribeSpotPriceHistory(
          { client: ec2 },
          {
            InstanceTypes: types as never[],
            ProductDescriptions: ['Linux/UNIX'],
            // From now to now EC2 gives the prices of this moment.
            StartTime: now,
            EndTime: now,
          },
          { abortSignal: signal },
        ),
      ({ SpotPriceHistory }) => SpotPriceHistory,
    );
    const newest = newestPrices(prices);
    const checks: Check[] = [];
    for (const group of groups) {
      const zones = await zonesOf(region.aws, group);
      checks.push(...group.instanceTypes.map((type) => judge(`${ID}.${group.path}.${type}`, type, zones, newest)));
    }
    return checks;
  },
};

function judge(id: string, type: string, zones: readonly string[], prices: ReadonlyMap<string, SpotPrice>): Check {
  const ofType = [...prices.values()].filter(
    ({ InstanceType, AvailabilityZone = '' }) =>
      InstanceType === type && (zones.length === 0 || zones.includes(AvailabilityZone)),
  );
  const text = ofType
    .map((price) => `${Number(price.SpotPrice)} USD per hour in ${price.AvailabilityZone} (${dateText(price)})`)
    .sort();
  const without = zones.filter((zone) => !ofType.some(({ AvailabilityZone }) => AvailabilityZone === zone));
  if (ofType.length === 0 || without.length > 0) {
    const found = [...text, `no Spot price in ${without.join(', ') || 'the region'}`].join(', ');
    return warning(id, `${type}: ${found}`, 'no Spot instances of this type come there: name more types or zones');
  }
  return ok(id, `${type}: ${text.join(', ')}`);
}

function newestPrices(prices: readonly SpotPrice[]): Map<string, SpotPrice> {
  const byAge = [...prices].sort((left, right) => timeOf(left) - timeOf(right));
  return new Map(byAge.map((price) => [`${price.InstanceType} ${price.AvailabilityZone}`, price]));
}

function timeOf({ Timestamp }: SpotPrice): number {
  return Timestamp?.getTime() ?? 0;
}

function dateText({ Timestamp }: SpotPrice): string {
  return Timestamp ? `since ${Timestamp.toISOString().slice(0, 16)}Z` : 'now';
}
