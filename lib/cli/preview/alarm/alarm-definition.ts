import { MetricQuery } from '../../../economics/metric-math';
import { AssemblyResource } from '../assembly/read-assembly';

export type MissingData = 'missing' | 'breaching' | 'notBreaching' | 'ignore';

/** An alarm of a template. */
export interface AlarmDefinition {
  readonly logicalId: string;
  readonly name: string;
  readonly description: string;
  readonly queries: readonly MetricQuery[];
  /** The one of the queries that the alarm watches. */
  readonly watched: MetricQuery;
  readonly comparison: string;
  /** Nothing for an alarm on an anomaly band. */
  readonly threshold?: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

interface AlarmProperties {
  readonly AlarmName?: string;
  readonly AlarmDescription?: string;
  readonly ComparisonOperator: string;
  readonly Threshold?: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: MissingData;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly AlarmQuery[];
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
}

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface AlarmQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly Expression?: string;
  readonly Period?: number;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly Dimension[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

const DEFAULT_PERIOD = 300;

/** Reads an alarm from its resource. */
export function alarmDefinition({ logicalId, path, properties }: AssemblyResource): AlarmDefinition {
  const alarm = properties as unknown as AlarmProperties;
  const queries = alarm.Metrics?.map(queryOf) ?? [simpleQuery(alarm)];
  const watched = alarm.Metrics?.findIndex(({ ReturnData }) => ReturnData !== false) ?? 0;
  return {
    logicalId,
    name: alarm.AlarmName ?? path,
    description: alarm.AlarmDescription ?? '',
    queries,
    watched: queries[Math.max(0, watched)],
    comparison: alarm.ComparisonOperator,
    threshold: alarm.Threshold,
    evaluationPeriods: alarm.EvaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    treatMissingData: alarm.TreatMissingData ?? 'missing',
  };
}

function simpleQuery(alarm: AlarmProperties): MetricQuery {
  const { Namespace = '', MetricName = '', Dimensions, Period = DEFAULT_PERIOD } = alarm;
  return {
    metric: { namespace: Namespace, metricName: MetricName, dimensions: byName(Dimensions) },
    stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? 'Average',
    period: Period,
  };
}

function queryOf({ Id, Label, Expression, Period, MetricStat }: AlarmQuery): MetricQuery {
  if (!MetricStat) {
    return { id: Id, label: Label, expression: Expression ?? '', period: Period };
  }
  const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
  return {
    id: Id,
    label: Label,
    metric: { namespace: Namespace, metricName: MetricName, dimensions: byName(Dimensions) },
    stat: MetricStat.Stat,
    period: MetricStat.Period,
  };
}

function byName(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, String(Value)]));
}
