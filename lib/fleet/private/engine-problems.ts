import { Token } from 'aws-cdk-lib';
import { IInferenceImage, ImageFeature } from '../../image';
import { Problem } from '../../validation';
import { FleetCapacity } from '../fleet-capacity';
import { onDemandPercentage } from './purchase-shares';

/** An engine that launches instances by itself, in place of an Auto Scaling group of ours. */
export interface Engine {
  /** Its name, for messages. */
  readonly name: string;
  /** What must be on the image for it. */
  readonly feature: ImageFeature;
  /** The component that puts it there. */
  readonly component: string;
}

const KNOWN_AT_DEPLOYMENT = 'a value that is only known at deployment';

/** What such an engine cannot do of all that a capacity can say, and what the image lacks for it. */
export function engineProblems(engine: Engine, image: IInferenceImage, capacity: FleetCapacity): Problem[] {
  return [
    ...featureProblems(engine, image),
    ...unknownNumberProblems(capacity),
    ...shareProblems(engine, capacity),
    ...reservationProblems(engine, capacity),
    ...placementProblems(engine, capacity),
  ];
}

function featureProblems({ name, feature, component }: Engine, { features = [] }: IInferenceImage): Problem[] {
  if (features.includes(feature)) {
    return [];
  }
  const fix = `add ImageComponent.${component}() to the image; for an AMI that has it, name the feature`;
  return [{ what: 'image.features', got: `an image without ${feature}`, allowed: `an image for ${name}`, fix }];
}

/** Shares are computed from these. */
function unknownNumberProblems({ size, _onDemandBase }: FleetCapacity): Problem[] {
  const { min, max } = size._names;
  const numbers = { [min]: size.min, [max]: size.max, 'capacity.onDemandBase': _onDemandBase };
  return Object.entries(numbers)
    .filter(([, value]) => Token.isUnresolved(value))
    .map(([what]) => ({ what, got: KNOWN_AT_DEPLOYMENT, allowed: 'a number', fix: 'write it out' }));
}

function shareProblems({ name }: Engine, capacity: FleetCapacity): Problem[] {
  const percentage = onDemandPercentage(capacity);
  if (percentage === 0 || percentage === 100) {
    return [];
  }
  const what = 'capacity.onDemandPercentageAboveBase';
  const got = Token.isUnresolved(percentage) ? KNOWN_AT_DEPLOYMENT : `${percentage}`;
  const allowed = `0 or 100: ${name} launches what jobs ask for, and keeps no share`;
  return [{ what, got, allowed, fix: 'use onDemandBase for what must be on-demand' }];
}

function reservationProblems({ name }: Engine, { _reservation }: FleetCapacity): Problem[] {
  if (_reservation === undefined) {
    return [];
  }
  const allowed = `capacity that ${name} can launch`;
  const fix = 'use FleetCapacity.onDemand(): its instances use open reservations that match them';
  return [{ what: 'capacity', got: 'FleetCapacity.reserved()', allowed, fix }];
}

function placementProblems({ name }: Engine, { placement }: FleetCapacity): Problem[] {
  const { distribution, zonalShift } = placement._zones;
  if (placement._strategy === undefined && distribution === undefined && zonalShift === undefined) {
    return [];
  }
  const got = placement._strategy ? 'a placement group' : 'options of an Auto Scaling group';
  const fix = 'leave it out';
  return [{ what: 'capacity.placement', got, allowed: `FleetPlacement.zones() alone with ${name}`, fix }];
}
