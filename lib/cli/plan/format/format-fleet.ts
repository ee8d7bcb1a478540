import { row } from '../../row';
import { FleetPlan, InstanceTypePlan, PurchasePlan } from '../plan-report';
import { greatestUsdPerMonth, greatestWatts } from '../totals';
import { estimateRows, title } from './format-estimate';
import { count, range, some } from './text';

/** More do not fit on a screen. */
const MOST_TYPES = 6;

/** A fleet for people, on about one screen. */
export function formatFleet(plan: FleetPlan, region?: string): string {
  return [
    plan.least ? title(plan.least) : `${plan.fleet}: ${some(namesOf(plan), MOST_TYPES)} in ${region ?? 'any region'}`,
    ...engineRows(plan),
    ...sizeRows(plan),
    ...typeRows(plan, region),
    ...testRows(plan),
    ...(plan.least
      ? estimateRows(plan.least)
      : [row('figures', 'unknown: the fleet has no FleetEconomics; a FleetDashboard over it makes one')]),
    ...greatestRows(plan),
  ].join('\n');
}

const ENGINES: Readonly<Record<string, string>> = {
  RayCluster: 'Ray, as tasks and actors ask for them; its head stands for itself',
  BatchFleet: 'AWS Batch, as jobs wait',
};

function engineRows({ kind = '' }: FleetPlan): string[] {
  return kind in ENGINES ? [row('launched by', ENGINES[kind])] : [];
}

function namesOf({ instanceTypes }: FleetPlan): string[] {
  return instanceTypes.map(({ instanceType }) => instanceType);
}

function sizeRows({ size: { unit, instances, vcpus, memoryGib }, purchase }: FleetPlan): string[] {
  const parts = [
    instances && `${range(instances, 0)} ${instances.high === 1 ? 'instance' : 'instances'}`,
    vcpus && `${range(vcpus, 0)} vCPUs`,
    memoryGib && `${range(memoryGib, 0)} GiB`,
  ].filter((part) => part !== undefined);
  const by = unit === 'instances' ? '' : `, counted in ${unit}`;
  return [
    row('size', instances ? `${parts.join(', ')}${by}` : 'only known at deployment'),
    ...(purchase ? [row('purchase', purchaseText(purchase))] : []),
  ];
}

function purchaseText({
  spot,
  onDemandBase = 0,
  onDemandPercentageAboveBase: share,
  reservations,
}: PurchasePlan): string {
  if (!spot) {
    return reservations ? 'on-demand, with capacity reservations' : 'on-demand';
  }
  const onDemand = share === 0 ? '' : `, of which ${share} % are on-demand`;
  return onDemandBase === 0 ? `Spot${onDemand}` : `${onDemandBase} on-demand, Spot above it${onDemand}`;
}

function typeRows({ instanceTypes }: FleetPlan, region?: string): string[] {
  const more = instanceTypes.length - MOST_TYPES;
  return [
    ...instanceTypes.slice(0, MOST_TYPES).map((type) => row(type.instanceType, typeText(type, region))),
    ...(more > 0 ? [row('', `and ${count(more, 'more type')} (--json has all)`)] : []),
  ];
}

function typeText({ processor, vcpus, memoryGib, offered, kernels }: InstanceTypePlan, region = 'the region'): string {
  const facts = vcpus === undefined ? 'not in the catalog' : `${vcpus} vCPUs, ${memoryGib} GiB`;
  const sold = { offered: `sold in ${region}`, notOffered: `not sold in ${region}` }[offered];
  const verdicts = kernels.map(({ bundle, variants }) =>
    variants.length > 0 ? `${bundle}: runs ${variants.join(', ')}` : `${bundle}: no variant runs`,
  );
  return [
    [processor ?? 'a processor that is unknown', facts, sold ?? `unknown whether ${region} sells it`].join(', '),
    ...(kernels.length > 0 ? verdicts : ['no kernels of the image are known']),
  ].join('; ');
}

function testRows({ testedProcessors }: FleetPlan): string[] {
  const tested = testedProcessors ?? [];
  return tested.length > 0 ? [row('image tested on', `${tested.join(', ')}, before an AMI exists`)] : [];
}

function greatestRows(plan: FleetPlan): string[] {
  const { instances } = plan.size;
  if (!instances || !plan.greatest || instances.low === instances.high) {
    return [];
  }
  const usd = greatestUsdPerMonth(plan);
  const watts = greatestWatts(plan);
  const basis = plan.greatest.effectivePriceUsdPerHour ? 'effective price' : 'list price';
  const text = [
    count(instances.high, 'instance'),
    usd === undefined ? 'price unknown' : `${usd.toFixed(0)} USD per month (${basis})`,
    watts === undefined ? 'power unknown' : `${watts.toFixed(0)} W at full load, high (estimate)`,
  ];
  return [row('at its greatest', text.join(', '))];
}
