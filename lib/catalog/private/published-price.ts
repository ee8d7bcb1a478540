import { InstanceFacts } from '../instances/instance-facts';
import { ListPrice, PriceKind } from '../price/list-price';
import { METAL, PRICE_GROUPS, rateOf } from './price-tables';

/** AWS's list price as the tables have it; undefined where no source tells. */
export function publishedPrice(facts: InstanceFacts, region: string): ListPrice | undefined {
  const group = PRICE_GROUPS.find((candidate) => rateOf(candidate, region, facts.family) !== undefined);
  if (group === undefined) {
    return undefined;
  }
  const rate = rateOf(group, region, facts.family)!;
  const { source, asOf } = group;
  if (!facts.bareMetal) {
    return { ...amountOf(facts, rate), kind: group.kind as PriceKind, source, asOf };
  }
  if (!METAL.families.includes(facts.family)) {
    return undefined;
  }
  const surcharged = amountOf(facts, rate * METAL.factor);
  return { ...surcharged, kind: PriceKind.INFERRED, source: `${source}; ${METAL.source}`, asOf };
}

/** A price per vCPU-hour, for the whole instance too. */
export function amountOf(
  { vcpus }: InstanceFacts,
  usdPerVcpuHour: number,
): Pick<ListPrice, 'usdPerHour' | 'usdPerVcpuHour'> {
  return { usdPerHour: vcpus * usdPerVcpuHour, usdPerVcpuHour };
}
