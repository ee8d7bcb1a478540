import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FleetEconomics } from '../../../fleet-economics';
import { otherAccountOf, regionOf } from '../fleet-place';
import { text } from '../widgets';
import { CARBON, Figure, LIST_PRICE, POWER } from './figures';
import { knownFigures } from './known-figure';

/** So many names of fleets stand in a sentence. */
const NAMED = 5;

/** Says what is summed up, how, and what is left out because it is not known. */
export function summaryText(all: readonly FleetEconomics[], dashboard: Construct): cloudwatch.IWidget {
  const regions = [...new Set(all.map(({ fleet }) => regionOf(fleet)))];
  const count = all.length === 1 ? 'One fleet' : `${all.length} fleets`;
  const paragraphs = [
    `Totals are the sums of the fleets' figures; a fleet without data counts as nothing. Each fleet's own panel says how its figures are made, from what source and date. **Power and carbon are estimates**, not measurements; the **list price is not the bill**.`,
    ...leftOut(POWER, all),
    ...leftOut(CARBON, all),
    ...leftOut(LIST_PRICE, all),
    ...accountsText(all, dashboard),
  ];
  return text([`# ${count} in ${regions.join(', ')}`, ...paragraphs].join('\n\n'));
}

function leftOut(figure: Figure, all: readonly FleetEconomics[]): string[] {
  const known = new Set(knownFigures(figure, all).map(({ economics }) => economics));
  const unknown = all.filter((economics) => !known.has(economics)).map(({ fleet }) => fleet.node.path);
  const name = figure.name.replace(/[,(].*$/, '').trim();
  return unknown.length > 0 ? [`**${name} is unknown**, and left out of the totals, for ${namesOf(unknown)}.`] : [];
}

function namesOf(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_xaxr_dashboard.html, read on 2026-11-23 */
function accountsText(all: readonly FleetEconomics[], dashboard: Construct): string[] {
  const accounts = [...new Set(all.flatMap(({ fleet }) => otherAccountOf(fleet, dashboard) ?? []))];
  return accounts.length > 0
    ? [
        `Figures of account ${accounts.join(', ')} stay empty until that account shares its metrics with this one: CloudWatch, Settings, "Share your CloudWatch data" there, and "View cross-account cross-Region" here.`,
      ]
    : [];
}
