import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { FleetEconomics } from '../../../fleet-economics';
import { inlineExpression, WidgetIds } from '../inline-expression';
import { WidgetMaker } from '../widgets';
import { Figure } from './figures';
import { boundTitle, KnownFigure, knownFigures } from './known-figure';

const RANKED = 10;

type RankingMaker = (title: string, unit: string, metrics: cloudwatch.IMetric[]) => WidgetMaker;

/**
 * The fleets with the most of a figure, on the average of the time that the dashboard shows; nothing when there is only
 * one.
 *
 * @param most how many fleets fit into one widget; with more there is one ranking for each such group
 */
export function ranking(
  figure: Figure,
  all: readonly FleetEconomics[],
  most: number,
  make: RankingMaker,
): WidgetMaker[] {
  const known = knownFigures(figure, all);
  const groups = Array.from({ length: Math.ceil(known.length / most) }, (_, index) =>
    known.slice(index * most, (index + 1) * most),
  );
  return groups
    .filter(() => known.length > 1)
    .map((group, index) => {
      const first = index * most + 1;
      const part = groups.length > 1 ? `, fleets ${first} to ${first + group.length - 1}` : '';
      const which = group.length > RANKED ? `, the ${RANKED} highest` : '';
      return make(`${boundTitle(figure, known)}${part}${which}`, figure.unit, [highest(group, figure.main)]);
    });
}

function highest(known: readonly KnownFigure[], bound: string): cloudwatch.IMetric {
  const ids = new WidgetIds();
  const fleets = known.map(({ economics, owner, bounds }) => {
    const { text, usingMetrics } = inlineExpression(bounds[bound], owner, ids);
    const label = economics.fleet.node.path;
    return [`f${owner}`, new cloudwatch.MathExpression({ expression: text, usingMetrics, label })] as const;
  });
  return new cloudwatch.MathExpression({
    expression: `SORT([${fleets.map(([id]) => id).join(', ')}], AVG, DESC, ${RANKED})`,
    usingMetrics: Object.fromEntries(fleets),
    // Without a label of its own, each line has that of its fleet.
    label: '',
  });
}
