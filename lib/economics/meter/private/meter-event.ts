import { Token } from 'aws-cdk-lib';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Estimate, PowerModel, PowerUsageEffectiveness, PriceBook } from '../../../catalog';
import { ScalableFleet } from '../../../fleet';
import { PAGE_SIZE, scanGroups } from './scan-groups';

/** What is known of an instance type; the schema is `functions/fleet-meter/meter-event.schema.json`. */
export interface TypeFigures {
  readonly listUsdPerHour?: number;
  readonly effectiveUsdPerHour?: number;
  readonly idleWatts?: Estimate;
  readonly fullLoadWatts?: Estimate;
}

export interface MeterModels {
  readonly region: string;
  readonly powerModel: PowerModel;
  readonly priceBook: PriceBook;
  readonly powerUsageEffectiveness: PowerUsageEffectiveness;
}

/**
 * What each run gets: groups, prices and watts are in the event, because names of groups are known at deployment only,
 * 4 KB of environment do not hold 200 of them, and so that each attempt of a run does the same.
 */
export function meterEvent(meter: string, fleets: readonly ScalableFleet[], models: MeterModels) {
  const sized = fleets.map((fleet) => ({
    group: fleet.autoScalingGroup.autoScalingGroupName,
    mostInstances: mostInstances(fleet),
  }));
  return {
    meter,
    scheduledTime: scheduler.ContextAttribute.scheduledTime,
    scans: scanGroups(sized),
    powerCurve: models.powerModel.curve._points,
    types: typeFigures(fleets, models),
  };
}

/** The figures of every type that a fleet may have, sorted, so that another order of fleets changes nothing. */
export function typeFigures(fleets: readonly ScalableFleet[], models: MeterModels): Record<string, TypeFigures> {
  const types = [...new Set(fleets.flatMap(({ capacity }) => capacity.instanceTypes))].sort();
  return Object.fromEntries(types.map((type) => [type, figuresOf(type, models)]));
}

function figuresOf(type: string, models: MeterModels): TypeFigures {
  const { region, powerModel, priceBook, powerUsageEffectiveness } = models;
  const band = powerModel.band(type);
  const pue = powerUsageEffectiveness.figure(region).value;
  return {
    listUsdPerHour: rounded(priceBook.listPrice(type, region)?.usdPerHour),
    effectiveUsdPerHour: rounded(priceBook.effectivePrice(type, region)?.usdPerHour),
    idleWatts: band && times(band.idle, pue),
    fullLoadWatts: band && times(band.fullLoad, pue),
  };
}

/** A size that is only known at deployment is taken for a page, which costs at most a longer scan. */
function mostInstances({ capacity: { maxInstances } }: ScalableFleet): number {
  return Token.isUnresolved(maxInstances) ? PAGE_SIZE : maxInstances;
}

function times({ low, typical, high }: Estimate, factor: number): Estimate {
  return { low: rounded(low * factor), typical: rounded(typical * factor), high: rounded(high * factor) };
}

/** Six significant digits: finer than any model and price, and free of floating-point noise in the template. */
function rounded<T extends number | undefined>(figure: T): T {
  return (figure === undefined ? undefined : Number(figure.toPrecision(6))) as T;
}

/** The size of an event in bytes, with the longest names that groups can have where names are not known. */
export function longestEvent(event: object): number {
  const longestName = 'x'.repeat(255);
  const known = JSON.stringify(event, (_key, value: unknown) => (Token.isUnresolved(value) ? longestName : value));
  return Buffer.byteLength(known);
}
