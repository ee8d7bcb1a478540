import { describe, expect, test } from 'vitest';
import { AlarmDefinition, alarmDefinition } from '../../../lib/cli/preview/alarm/alarm-definition';
import { alarmCondition, alarmState } from '../../../lib/cli/preview/alarm/alarm-state';
import { AssemblyResource } from '../../../lib/cli/preview/assembly/read-assembly';
import { _ } from '../../support/series-source';

function resource(properties: object): AssemblyResource {
  return {
    stack: 'Stack',
    region: 'us-east-1',
    logicalId: 'Alarm1',
    path: 'Stack/Alarm',
    type: 'AWS::CloudWatch::Alarm',
    properties: { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 3, Threshold: 5, ...properties },
  };
}

const SIMPLE = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Statistic: 'Average', Period: 60 };

function alarm(properties: object): AlarmDefinition {
  return alarmDefinition(resource({ ...SIMPLE, ...properties }));
}

describe('the state of an alarm', () => {
  test.each<[string, object, (number | undefined)[], string]>([
    ['breaches in all periods', {}, [0, 6, 6, 6], 'ALARM'],
    ['breaches in all but one', {}, [6, 6, 6, 5], 'OK'],
    ['two of three suffice', { DatapointsToAlarm: 2 }, [0, 6, 5, 6], 'ALARM'],
    ['older periods do not count', { DatapointsToAlarm: 2 }, [6, 6, 5, 5, 6], 'OK'],
    ['at the threshold', { ComparisonOperator: 'GreaterThanOrEqualToThreshold' }, [5, 5, 5], 'ALARM'],
    ['below', { ComparisonOperator: 'LessThanThreshold' }, [4, 4, 4], 'ALARM'],
    ['not below', { ComparisonOperator: 'LessThanThreshold' }, [4, 5, 4], 'OK'],
    ['at or below', { ComparisonOperator: 'LessThanOrEqualToThreshold' }, [5, 5, 5], 'ALARM'],
    ['all missing', {}, [6, _, _, _], 'INSUFFICIENT_DATA'],
    ['all missing, breaching', { TreatMissingData: 'breaching' }, [_, _, _], 'ALARM'],
    ['all missing, not breaching', { TreatMissingData: 'notBreaching' }, [_, _, _], 'OK'],
    ['one missing, breaching', { TreatMissingData: 'breaching' }, [6, _, 6], 'ALARM'],
    ['one missing', {}, [6, _, 6], 'OK'],
    ['an anomaly band', { Threshold: undefined, ThresholdMetricId: 'band' }, [6, 6, 6], 'UNKNOWN'],
  ])('%s', (__, properties, points, expected) => {
    expect(alarmState(alarm(properties), points)).toBe(expected);
  });
});

test('the condition in words', () => {
  expect(alarmCondition(alarm({ DatapointsToAlarm: 2 }), 'CPU', 60)).toBe(
    'CPU > 5 for 2 of 3 data points within 3 minutes',
  );
  expect(alarmCondition(alarm({ EvaluationPeriods: 1 }), 'CPU', 10)).toBe(
    'CPU > 5 for 1 of 1 data points within 10 seconds',
  );
});

test('an alarm on an expression watches what returns data', () => {
  const metric = { Namespace: 'N', MetricName: 'M', Dimensions: [{ Name: 'D', Value: 'v' }] };
  const definition = alarmDefinition(
    resource({
      AlarmName: 'named',
      Metrics: [
        { Id: 'm1', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' }, ReturnData: false },
        { Id: 'e1', Expression: 'm1 * 2', Label: 'twice' },
      ],
    }),
  );
  expect(definition.name).toBe('named');
  expect(definition.watched).toMatchObject({ id: 'e1', expression: 'm1 * 2', label: 'twice' });
  expect(definition.queries[0]).toMatchObject({
    id: 'm1',
    metric: { namespace: 'N', metricName: 'M', dimensions: { D: 'v' } },
    stat: 'Sum',
    period: 60,
  });
});
