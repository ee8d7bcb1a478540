import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { MAX_EXPRESSION } from './dashboard-limits';
import { InlinedExpression, inlineExpression, WidgetIds } from './inline-expression';

/** A figure of one fleet, to be summed with that of others. */
export interface Addend {
  /** What tells the fleet's metrics from those of other fleets. */
  readonly owner: string;
  readonly metric: cloudwatch.IMetric;
}

/** How a sum is shown. */
export interface SumOptions {
  readonly label: string;
  /** The ids of the widget that the sum is for. */
  readonly ids: WidgetIds;
  /** Unique among the sums of a widget: a small letter, then letters and digits. */
  readonly id: string;
}

const PLUS = ' + ';

/**
 * The sum of figures of many fleets. CloudWatch counts a missing value as 0 in a sum as long as another is there, so that
 * a fleet that has just been made does not hide the others.
 *
 * A sum that is longer than an expression may be is a sum of hidden sums.
 */
export function sumMetrics(addends: readonly Addend[], { label, ids, id }: SumOptions): cloudwatch.MathExpression {
  const terms = addends.map(({ metric, owner }) => inlineExpression(metric, owner, ids));
  const sums = chunksOf(terms).map(sumOf);
  const { text, usingMetrics } = sums.length === 1 ? sums[0] : sumOfParts(sums, id);
  return new cloudwatch.MathExpression({ expression: text, usingMetrics, label });
}

/** As few groups as fit expressions, in their order. */
function chunksOf(terms: readonly InlinedExpression[]): InlinedExpression[][] {
  const chunks: InlinedExpression[][] = [[]];
  let length = 0;
  for (const term of terms) {
    const added = written(term).length + PLUS.length;
    if (length + added > MAX_EXPRESSION) {
      chunks.push([]);
      length = 0;
    }
    chunks[chunks.length - 1].push(term);
    length += added;
  }
  return chunks;
}

function sumOf(terms: readonly InlinedExpression[]): InlinedExpression {
  return {
    text: terms.map(written).join(PLUS),
    usingMetrics: Object.assign(
      {},
      ...terms.map(({ usingMetrics }) => usingMetrics),
    ) as InlinedExpression['usingMetrics'],
  };
}

function sumOfParts(sums: readonly InlinedExpression[], id: string): InlinedExpression {
  const parts = sums.map(
    ({ text, usingMetrics }, index) =>
      [`${id}${index}`, new cloudwatch.MathExpression({ expression: text, usingMetrics })] as const,
  );
  return { text: parts.map(([name]) => name).join(PLUS), usingMetrics: Object.fromEntries(parts) };
}

/** Products need no parentheses in a sum. */
function written({ text }: InlinedExpression): string {
  return /^[\w. *]+$/.test(text) ? text : `(${text})`;
}
