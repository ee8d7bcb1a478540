import * as data from '../data/prices.json';
import { ownValue } from './own-value';

/** Rates of one source and date. */
export interface PriceGroup {
  readonly kind: string;
  readonly source: string;
  readonly asOf: string;
  /** USD per vCPU-hour by region and family. */
  readonly usdPerVcpuHour: Record<string, Record<string, number>>;
}

export const PRICE_GROUPS = data.groups as unknown as readonly PriceGroup[];

/** The surcharge of bare metal, where a source tells it. */
export const METAL = data.metal as {
  readonly families: readonly string[];
  readonly factor: number;
  readonly source: string;
  readonly asOf: string;
};

/** Regions in which a list price of the family is known; an inferred price proves nothing about an offering. */
export function pricedRegions(family: string): string[] {
  return PRICE_GROUPS.filter((group) => group.kind === 'listed').flatMap((group) =>
    Object.keys(group.usdPerVcpuHour).filter((region) => rateOf(group, region, family) !== undefined),
  );
}

/** USD per vCPU-hour of a family; undefined where the group has none. */
export function rateOf(group: PriceGroup, region: string, family: string): number | undefined {
  return ownValue(ownValue(group.usdPerVcpuHour, region) ?? {}, family);
}
