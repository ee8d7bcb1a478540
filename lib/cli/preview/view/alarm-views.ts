import { MetricMathRequest, MetricSource, TimeRange } from '../../../economics/metric-math';
import { FleetConfigError } from '../../../validation';
import { AlarmDefinition } from '../alarm/alarm-definition';
import { alarmCondition, alarmState } from '../alarm/alarm-state';
import { AlarmView, ChartView } from './preview-view';
import { evaluateRows } from './series-views';

/** An alarm with the state that the data gives it, and its metric with the threshold. */
export function alarmView(alarm: AlarmDefinition, range: TimeRange, source: MetricSource): AlarmView {
  const { logicalId, name, description, watched } = alarm;
  const common = { logicalId, name, description };
  try {
    const [evaluated] = new MetricMathRequest(alarm.queries, range, source).evaluate(watched);
    if (evaluated === undefined) {
      return { ...common, condition: 'its expression made no series', state: 'UNKNOWN', problems: [] };
    }
    const chart = alarmChart(alarm, range, source);
    const label = chart.series[0]?.label ?? name;
    // The last period of the range may not be over; an alarm looks at those that are.
    const { points } = evaluated.series;
    const isOver = evaluated.grid.start + points.length * evaluated.grid.period <= range.end;
    return {
      ...common,
      condition: alarmCondition(alarm, label, evaluated.grid.period),
      state: alarmState(alarm, isOver ? points : points.slice(0, -1)),
      chart,
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof FleetConfigError)) {
      throw error;
    }
    return { ...common, condition: '', state: 'UNKNOWN', problems: [error.message] };
  }
}

function alarmChart(alarm: AlarmDefinition, range: TimeRange, source: MetricSource): ChartView {
  const rows = alarm.queries.map((query) => ({
    query,
    label: query.label,
    visible: query === alarm.watched,
    axis: 'left' as const,
  }));
  return {
    ...range,
    isStacked: false,
    legend: 'bottom',
    left: {},
    right: {},
    series: evaluateRows(rows, range, source).series,
    horizontal:
      alarm.threshold === undefined
        ? []
        : [{ value: alarm.threshold, label: `threshold ${alarm.threshold}`, axis: 'left', isThreshold: true }],
    vertical: [],
  };
}
