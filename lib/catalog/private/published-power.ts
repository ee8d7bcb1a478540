import * as data from '../data/power.json';
import { InstanceFacts } from '../instances/instance-facts';
import { Estimate } from '../power/estimate';
import { PowerBand, PowerKind } from '../power/power-band';
import { PowerCurve } from '../power/power-curve';

interface SourceRow {
  readonly name: string;
  readonly kind: string;
  /** Watts of the reference instance. */
  readonly idleWatts: number;
  readonly fullLoadWatts: number;
  /** Watts per GiB that the source counts for memory; 0 for a machine at the wall, whose memory is not known. */
  readonly memoryWattsPerGib: number;
}

/** Low and high per vCPU, and the watts per GiB of memory that each contains. */
interface PlausibleBand {
  readonly idle: readonly number[];
  readonly fullLoad: readonly number[];
  readonly memoryWattsPerGib: readonly number[];
}

interface PowerGroup {
  readonly families: readonly string[];
  readonly kind: string;
  readonly models: readonly SourceRow[];
  /** Where the plausible band is not the spread of the models. */
  readonly bandWattsPerVcpu?: PlausibleBand;
}

export const PUBLISHED_POWER_AS_OF: string = data.asOf;

const GROUPS = data.groups as unknown as readonly PowerGroup[];
const REFERENCE = data.reference;
const MEMORY: Estimate = {
  low: data.memoryWattsPerGib.low,
  typical: data.memoryWattsPerGib.typical,
  high: data.memoryWattsPerGib.high,
};

export function publishedBand(facts: InstanceFacts, modelName: string, curve: PowerCurve): PowerBand | undefined {
  const group = GROUPS.find((candidate) => candidate.families.includes(facts.family));
  if (group === undefined) {
    return undefined;
  }
  return {
    instanceType: facts.instanceType,
    idle: estimateOf(facts, group, 'idle'),
    fullLoad: estimateOf(facts, group, 'fullLoad'),
    memoryWattsPerGib: MEMORY,
    curve,
    modelName,
    source: group.models.map((model) => model.name).join('; '),
    asOf: PUBLISHED_POWER_AS_OF,
    kind: group.kind as PowerKind,
  };
}

function estimateOf(facts: InstanceFacts, group: PowerGroup, load: 'idle' | 'fullLoad'): Estimate {
  const gib = facts.memoryGib - facts.vcpus * REFERENCE.gibPerVcpu;
  const gibBelow = Math.max(0, -gib);
  const gibAbove = Math.max(0, gib);
  const figures = group.models.map((model) => {
    const watts = load === 'idle' ? model.idleWatts : model.fullLoadWatts;
    return (facts.vcpus * watts) / REFERENCE.vcpus - gibBelow * model.memoryWattsPerGib;
  });
  const band = group.bandWattsPerVcpu;
  const ends = band?.[load].map((watts, end) => facts.vcpus * watts - gibBelow * band.memoryWattsPerGib[end]);
  return {
    low: (ends?.[0] ?? Math.min(...figures)) + gibAbove * MEMORY.low,
    typical: median(figures) + gibAbove * MEMORY.typical,
    high: (ends?.[1] ?? Math.max(...figures)) + gibAbove * MEMORY.high,
  };
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
