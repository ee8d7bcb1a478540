import { expect, test } from 'vitest';
import { metricRows } from '../../../lib/cli/preview/dashboard/metric-rows';
import { abbreviateRows } from '../../../lib/economics/dashboard/private/abbreviate-rows';

const ROWS = [
  ['AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName', 'a', { id: 'm0' }],
  ['AWS/EC2', 'CPUUtilization', 'AutoScalingGroupName', 'a', { id: 'm1' }],
  ['AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName', 'b'],
  ['AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName', 'c', { region: 'us-west-2' }],
  [{ expression: 'm0 * m1', id: 'e0' }],
  ['AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName', 'c'],
  ['AWS/ApplicationELB', 'RequestCount', 'TargetGroup', 't', 'LoadBalancer', 'c'],
  ['Chat', 'Tokens'],
  ['Chat', 'Requests'],
];

test('metrics are written as short as CloudWatch allows', () => {
  expect(abbreviateRows(ROWS)).toEqual([
    ROWS[0],
    ['AWS/EC2', 'CPUUtilization', '.', '.', { id: 'm1' }],
    ['AWS/AutoScaling', 'GroupInServiceInstances', '.', 'b'],
    ['...', 'c', { region: 'us-west-2' }],
    ...ROWS.slice(4),
  ]);
});

test('and read as what they were', () => {
  expect(metricRows({ metrics: abbreviateRows(ROWS) })).toEqual(metricRows({ metrics: ROWS }));
});
