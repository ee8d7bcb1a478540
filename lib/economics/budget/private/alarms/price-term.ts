import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { PriceBook } from '../../../../catalog';
import { FleetCapacity } from '../../../../fleet';
import { literal } from '../../../metrics/expression-text';
import { BoundedFleet } from '../bounds/bounded-fleet';
import { AlarmTerm } from './budget-alarms';
import { totalCapacity } from './group-metrics';

/** The longest month: with the 730 hours of AWS's price lists a budget would be exceeded in seven months of a year. */
const HOURS_OF_LONGEST_MONTH = 31 * 24;

/**
 * What an instance costs at most that runs all of a month of 31 days, in USD; nothing when that is not known.
 *
 * Without a maximum price of one's own, which fleets do not set, a Spot instance never costs more than the on-demand list
 * price, though perhaps more than what one pays for on-demand instances:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html
 */
export function monthlyPrice(priceBook: PriceBook, type: string, fleet: PricedFleet): number | undefined {
  const { region } = Stack.of(fleet);
  const effective = priceBook.effectivePrice(type, region)?.usdPerHour;
  const list = priceBook.listPrice(type, region)?.usdPerHour;
  const most = fleet.capacity.usesSpot ? list && effective && Math.max(list, effective) : effective;
  return most && most * HOURS_OF_LONGEST_MONTH;
}

/** A fleet, whatever launches its instances. */
export interface PricedFleet extends IConstruct {
  readonly capacity: FleetCapacity;
}

export interface PriceTermOptions {
  /** Number of the fleet in its budget. */
  readonly index: number;
  readonly priceBook: PriceBook;
  readonly period: Duration;
  readonly share: number;
}

/** What a month would cost of all that a group has: units of capacity times the price of the dearest unit. */
export function priceTerm(bounded: BoundedFleet, { index, priceBook, period, share }: PriceTermOptions): AlarmTerm {
  const { fleet } = bounded;
  const { size, instanceTypes } = fleet.capacity;
  const prices = instanceTypes.map((type) => monthlyPrice(priceBook, type, fleet)! / (size._weightOf(type) ?? 1));
  const units = `units${index}`;
  return {
    // A group without data counts as empty, so that it does not silence the others.
    expression: `FILL(${units}, 0) * ${literal(Math.max(...prices))}`,
    usingMetrics: { [units]: totalCapacity(bounded, cloudwatch.Stats.AVERAGE, period) },
    share,
  };
}
