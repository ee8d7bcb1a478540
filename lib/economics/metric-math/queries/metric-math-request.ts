import { FleetConfigError } from '../../../validation';
import { evaluateExpression, EvaluationScope, seriesOf } from '../evaluate-expression';
import { inExpression, MetricMathProblem } from '../metric-math-problem';
import { Expression, readsAllMetrics, referencesOf } from '../syntax/expression';
import { parseExpression } from '../syntax/parse-expression';
import { TimeGrid, timeGrid, TimeRange } from '../time-grid';
import { Series, SeriesArray } from '../value';
import { queryProblems } from './check-queries';
import { ExpressionQuery, isExpression, MetricQuery, MetricStatQuery } from './metric-query';
import { MetricSource } from './metric-source';

/** CloudWatch's own period where nothing says another. */
const DEFAULT_PERIOD = 300;

/** A series that a query stands for, with the periods that its points are of. */
export interface EvaluatedSeries {
  readonly grid: TimeGrid;
  readonly series: Series;
}

/**
 * Metrics and expressions that are asked for together, as on one graph or in one call of GetMetricData, and their values.
 *
 * All that an expression uses is evaluated over the expression's own period: its metrics are aggregated to it by their
 * statistic. CloudWatch's documentation does not say what becomes of an expression without a period over metrics of
 * different ones; here the longest of them counts.
 */
export class MetricMathRequest {
  private readonly byId: ReadonlyMap<string, MetricQuery>;
  private readonly parsed = new Map<string, Expression>();
  private readonly periods = new Map<ExpressionQuery, number>();
  /** Results by query and period: many expressions may use one, and a chain of them each of those before. */
  private readonly results = new Map<MetricQuery, Map<number, Series | SeriesArray>>();

  /** @throws FleetConfigError when an id, a period, a length or the number of queries is not allowed */
  public constructor(
    private readonly queries: readonly MetricQuery[],
    private readonly range: TimeRange,
    private readonly source: MetricSource,
  ) {
    const problems = queryProblems(queries);
    if (problems.length > 0) {
      throw new FleetConfigError('metric math', problems);
    }
    this.byId = new Map(queries.flatMap((query) => (query.id === undefined ? [] : [[query.id, query] as const])));
  }

  /**
   * The series of one of the queries.
   *
   * @throws FleetConfigError when its expression cannot be read or evaluated, or the source refuses
   */
  public evaluate(query: MetricQuery): EvaluatedSeries[] {
    if (!isExpression(query)) {
      const grid = timeGrid(this.range, query.period);
      return inExpression(query.metric.metricName, () => [{ grid, series: this.metric(query, grid) }]);
    }
    return inExpression(query.expression, () => {
      const grid = timeGrid(this.range, this.periodOf(query, []));
      return seriesOf(this.expression(query, grid, [])).map((series) => ({ grid, series }));
    });
  }

  private metric(query: MetricStatQuery, grid: TimeGrid): Series {
    const { metric, stat, label } = query;
    return this.once(query, grid, () => ({
      type: 'series',
      label: label ?? metric.metricName,
      points: this.source.points(metric, stat, grid),
      metricPeriod: grid.period,
    }));
  }

  private expression(query: ExpressionQuery, grid: TimeGrid, within: readonly ExpressionQuery[]): Series | SeriesArray {
    if (within.includes(query)) {
      throw cycle([...within, query]);
    }
    const scope: EvaluationScope = {
      grid,
      metrics: () => this.metricQueries().map((each) => ({ id: each.id, series: this.metric(each, grid) })),
      lookUp: (id) => {
        const found = this.byId.get(id);
        if (found === undefined) {
          return undefined;
        }
        return isExpression(found) ? this.expression(found, grid, [...within, query]) : this.metric(found, grid);
      },
    };
    return this.once(query, grid, () => labelled(evaluateExpression(this.parse(query), scope), query.label));
  }

  private once<T extends Series | SeriesArray>(query: MetricQuery, { period }: TimeGrid, make: () => T): T {
    const results = this.results.get(query) ?? new Map<number, Series | SeriesArray>();
    this.results.set(query, results);
    const result = (results.get(period) as T | undefined) ?? make();
    results.set(period, result);
    return result;
  }

  private periodOf(query: ExpressionQuery, within: readonly ExpressionQuery[]): number {
    if (within.includes(query)) {
      throw cycle([...within, query]);
    }
    const period = query.period ?? this.periods.get(query) ?? this.longestPeriod(query, [...within, query]);
    this.periods.set(query, period);
    return period;
  }

  private longestPeriod(query: ExpressionQuery, within: readonly ExpressionQuery[]): number {
    const expression = this.parse(query);
    const used = [...referencesOf(expression)].flatMap((id) => this.byId.get(id) ?? []);
    const periods = [...used, ...(readsAllMetrics(expression) ? this.metricQueries() : [])].map((each) =>
      isExpression(each) ? this.periodOf(each, within) : each.period,
    );
    return periods.length === 0 ? DEFAULT_PERIOD : Math.max(...periods);
  }

  private metricQueries(): MetricStatQuery[] {
    return this.queries.filter((query): query is MetricStatQuery => !isExpression(query));
  }

  private parse({ expression }: ExpressionQuery): Expression {
    const known = this.parsed.get(expression) ?? parseExpression(expression);
    this.parsed.set(expression, known);
    return known;
  }
}

/** One series has the label of its expression, also in an array of others. */
function labelled(value: Series | SeriesArray, label: string | undefined): Series | SeriesArray {
  return value.type === 'series' && label ? { ...value, label } : value;
}

function cycle(chain: readonly ExpressionQuery[]): MetricMathProblem {
  return new MetricMathProblem({
    what: 'the expression',
    got: `a circle: ${chain.map(({ id, expression }) => id ?? expression).join(' uses ')}`,
    allowed: 'expressions that do not use themselves',
    fix: 'take one of them out of the circle',
  });
}
