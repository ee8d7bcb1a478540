import { FigureRange } from '../fleet-estimate';
import { literal } from './expression-text';
import { OnDemandText } from './purchase-mix';

/** The cheapest and the dearest feasible mix, as metric math. */
export interface RangeText {
  readonly low: string;
  readonly high: string;
}

/** A figure of each unit, over all of them. */
export function uniformTotal(count: string, { low, high }: FigureRange): RangeText {
  const of = (figure: number) => `${count} * ${literal(figure)}`;
  return { low: of(low), high: of(high) };
}

/**
 * USD per hour of on-demand and Spot instances. The cheapest mix has the cheapest type in both parts, and as many
 * on-demand instances as is cheaper: as few as it may, unless Spot is the dearer one.
 */
export function splitCost(count: string, units: OnDemandText, onDemand: FigureRange, spot: FigureRange): RangeText {
  const of = (number: string, onDemandPrice: number, spotPrice: number) =>
    `${number} * ${literal(onDemandPrice)} + (${count} - ${number}) * ${literal(spotPrice)}`;
  return {
    low: of(onDemand.low < spot.low ? units.most : units.least, onDemand.low, spot.low),
    high: of(onDemand.high < spot.high ? units.least : units.most, onDemand.high, spot.high),
  };
}

/** A figure of each Spot unit, over all of them, in a group that has on-demand ones too. */
export function spotTotal(count: string, units: OnDemandText, { low, high }: FigureRange): RangeText {
  const of = (number: string, figure: number) => `(${count} - ${number}) * ${literal(figure)}`;
  return {
    low: of(low < 0 ? units.least : units.most, low),
    high: of(high < 0 ? units.most : units.least, high),
  };
}
