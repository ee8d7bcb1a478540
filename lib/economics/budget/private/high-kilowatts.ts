import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { PowerModel, PowerUsageEffectiveness } from '../../../catalog';

const WATTS_PER_KILOWATT = 1000;

/** What a budget of power counts by. */
export interface PowerSources {
  readonly model: PowerModel;
  readonly powerUsageEffectiveness: PowerUsageEffectiveness;
}

/** Kilowatts of one instance, power usage effectiveness included, by the high end of a model's band. */
export interface HighKilowatts {
  readonly idle: number;
  readonly fullLoad: number;
}

/** Nothing when the model does not know the type. */
export function highKilowatts(sources: PowerSources, type: string, fleet: IConstruct): HighKilowatts | undefined {
  const band = sources.model.band(type);
  const { value: pue } = sources.powerUsageEffectiveness.figure(Stack.of(fleet).region);
  const atTheMeter = (watts: number) => (watts * pue) / WATTS_PER_KILOWATT;
  return band && { idle: atTheMeter(band.idle.high), fullLoad: atTheMeter(band.fullLoad.high) };
}
