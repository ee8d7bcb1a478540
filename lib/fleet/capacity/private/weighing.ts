import { InstanceCatalog } from '../../../catalog';

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateOverrides.html: WeightedCapacity */
export const MAX_WEIGHT = 999;

/** How instances of different types are counted against the size of their group. */
export interface Weighing {
  /** What the bounds of the size count, for example `vCPUs`. */
  readonly what: string;
  /** How much of that is one unit of the group's capacity. */
  readonly perUnit: number;
  /** Figures that the user gave, by type; none when the catalog has them. */
  readonly figures?: Readonly<Record<string, number>>;
  /** How much of it an instance has; undefined when that is not known. */
  figureOf(instanceType: string): number | undefined;
}

export function byVcpus(): Weighing {
  return { what: 'vCPUs', perUnit: 1, figureOf: (type) => InstanceCatalog.lookup(type)?.vcpus };
}

export function byWork(what: string, perUnit: number, figures: Record<string, number>): Weighing {
  const byType = new Map(Object.entries(figures));
  return { what, perUnit, figures, figureOf: (type) => byType.get(type) };
}

/** Units of capacity that an instance counts as; undefined when that is not known. */
export function weightOf(weighing: Weighing, instanceType: string): number | undefined {
  const figure = weighing.figureOf(instanceType);
  return figure === undefined ? undefined : Math.floor(figure / weighing.perUnit);
}
