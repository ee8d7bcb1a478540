import { Stack } from 'aws-cdk-lib';
import { PowerBand, PowerModel, PowerUsageEffectiveness } from '../../../catalog';
import { ScalableFleet } from '../../../fleet';

const WATTS_PER_KILOWATT = 1000;

/** Kilowatts of one instance, power usage effectiveness included, by the high end of a model's band. */
export interface HighKilowatts {
  readonly idle: number;
  readonly fullLoad: number;
}

export function highKilowatts(model: PowerModel, type: string, fleet: ScalableFleet): HighKilowatts | undefined {
  const band = model.band(type);
  return band && atTheMeter(band, fleet);
}

function atTheMeter({ idle, fullLoad }: PowerBand, fleet: ScalableFleet): HighKilowatts {
  const { value: pue } = PowerUsageEffectiveness.published().figure(Stack.of(fleet).region);
  return { idle: (idle.high * pue) / WATTS_PER_KILOWATT, fullLoad: (fullLoad.high * pue) / WATTS_PER_KILOWATT };
}
