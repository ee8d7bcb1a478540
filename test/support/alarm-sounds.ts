import { alarmDefinition } from '../../lib/cli/preview/alarm/alarm-definition';
import { alarmState } from '../../lib/cli/preview/alarm/alarm-state';
import { MetricMathRequest, MetricSource } from '../../lib/economics/metric-math';
import { MONDAY } from './series-source';
import { Json } from './template';

/** A value for each minute, by the name of the metric. What is not named has no data. */
export type Minutes = Readonly<Record<string, readonly (number | undefined)[]>>;

/** Whether an alarm of a template sounds after these minutes, by its own metrics, expression, periods and threshold. */
export function alarmSounds(properties: Json, minutes: Minutes): boolean {
  const definition = alarmDefinition({
    stack: 'Stack',
    region: 'us-east-1',
    logicalId: 'Alarm',
    path: 'Stack/Alarm',
    type: 'AWS::CloudWatch::Alarm',
    properties,
  });
  const length = Math.max(1, ...Object.values(minutes).map((values) => values.length));
  const source: MetricSource = {
    points: ({ metricName }, _stat, grid) =>
      Array.from({ length: grid.length }, (__, index) => summed(minutes[metricName], index, grid.period / 60)),
  };
  const range = { start: MONDAY, end: MONDAY + length * 60 };
  const [{ series }] = new MetricMathRequest(definition.queries, range, source).evaluate(definition.watched);
  return alarmState(definition, series.points) === 'ALARM';
}

/** The sum of what a period has; nothing when none of its minutes has anything. */
function summed(values: readonly (number | undefined)[] = [], index: number, length: number): number | undefined {
  const own = values.slice(index * length, (index + 1) * length).filter((value) => value !== undefined);
  return own.length > 0 ? own.reduce((sum, value) => sum + value, 0) : undefined;
}
