import { EngineCapacity } from '../../../fleet/private/fleet-description';
import { FleetGroup, GroupUse } from './fleet-group';

/** What an engine may launch, like a group: AWS Batch and Ray have none of ours. */
export function engineGroup(engine: EngineCapacity): FleetGroup {
  const { min, max, weights, onDemandBase, onDemandPercentageAboveBase } = engine;
  const spot = onDemandPercentageAboveBase !== 100;
  return {
    ...{ min, max },
    weightOf: (instanceType) => weights[instanceType] ?? 1,
    purchase: { onDemandBase: spot ? onDemandBase : 0, onDemandPercentageAboveBase, spot, reservations: false },
    use: { most: mostOf(engine, spot) },
  };
}

/** The most of each way of buying; an engine divides by the base alone. */
function mostOf({ max, onDemandBase, excess }: EngineCapacity, spot: boolean): GroupUse['most'] {
  const most = (units: number) => (units > 0 ? excess.generations * (units + excess.units) : 0);
  return spot ? { onDemand: most(onDemandBase), spot: most(max - onDemandBase) } : { onDemand: most(max), spot: 0 };
}
