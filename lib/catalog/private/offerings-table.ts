import * as data from '../data/offerings.json';
import { Offering } from '../instances/offering';
import { instanceFactsByType } from './instance-facts-table';
import { ownValue } from './own-value';
import { pricedRegions } from './price-tables';

const LISTED_REGIONS: ReadonlySet<string> = new Set(words(data.regions));
const FAMILIES = data.families as Record<string, string>;
const SIZES_NOT_OFFERED = data.sizesNotOffered as Record<string, Record<string, string>>;

export function offering(instanceType: string, region: string): Offering {
  const facts = instanceFactsByType().get(instanceType);
  if (facts === undefined) {
    return Offering.UNKNOWN;
  }
  if (!LISTED_REGIONS.has(region)) {
    // A price per vCPU is a price of the virtual sizes; metal is often sold in fewer regions.
    const priced = !facts.bareMetal && pricedRegions(facts.family).includes(region);
    return priced ? Offering.OFFERED : Offering.UNKNOWN;
  }
  const listed = words(FAMILIES[facts.family]).includes(region);
  return listed && !lacksSize(facts.family, facts.size, region) ? Offering.OFFERED : Offering.NOT_OFFERED;
}

export function offeredRegions(family: string): string[] {
  const listed = words(ownValue(FAMILIES, family) ?? '');
  return [...new Set([...listed, ...pricedRegions(family)])].sort();
}

function lacksSize(family: string, size: string, region: string): boolean {
  return Object.entries(SIZES_NOT_OFFERED[family] ?? {}).some(
    ([sizes, regions]) => words(sizes).includes(size) && words(regions).includes(region),
  );
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
