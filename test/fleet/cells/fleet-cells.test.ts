import { Stack, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { describe, expect, test } from 'vitest';
import {
  FleetCapacity,
  FleetCells,
  FleetCellsProps,
  FleetLoadBalancing,
  InferenceFleet,
  InferenceFleetProps,
} from '../../../lib';
import { errorOf, problemsOf } from '../../support/config-error';
import { existingImage, existingVpc, newStack } from '../../support/fleet-app';
import { resourcesOf, templateOf } from '../../support/template';

type CellsInput = Partial<FleetCellsProps> & { readonly fleetProps?: Partial<InferenceFleetProps> };

function cellsIn(stack: Stack, { fleetProps, ...props }: CellsInput = {}): FleetCells {
  return new FleetCells(stack, 'Chat', {
    cells: 3,
    hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123456789ABCDEFGHIJ',
      zoneName: 'example.internal',
    }),
    recordName: 'chat',
    fleet: {
      vpc: existingVpc(stack),
      image: existingImage(),
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], maxInstances: 100 }),
      ...fleetProps,
    },
    ...props,
  });
}

function recordsOf(stack: Stack) {
  return resourcesOf(templateOf(stack), 'AWS::Route53::RecordSet').map(([, { Properties }]) => Properties);
}

test('each cell is a whole fleet, and gets its share of the name', () => {
  const stack = newStack();
  const cells = cellsIn(stack);
  const template = templateOf(stack);
  const balancers = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').map(([id]) => id);
  expect(balancers).toHaveLength(3);
  expect(resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup')).toHaveLength(3);
  expect(recordsOf(stack)).toEqual(
    balancers.map((id, index) => ({
      Name: 'chat.example.internal.',
      Type: 'A',
      HostedZoneId: 'Z0123456789ABCDEFGHIJ',
      Weight: 100,
      SetIdentifier: `cell-${index + 1}`,
      AliasTarget: {
        DNSName: { 'Fn::Join': ['', ['dualstack.', { 'Fn::GetAtt': [id, 'DNSName'] }]] },
        HostedZoneId: { 'Fn::GetAtt': [id, 'CanonicalHostedZoneID'] },
        EvaluateTargetHealth: true,
      },
    })),
  );
  expect(cells.cells.every((cell) => cell instanceof InferenceFleet)).toBe(true);
  expect(cells.domainName).toBe('chat.example.internal');
});

test('a cell is taken out by its weight, which replaces no record', () => {
  const stack = newStack();
  cellsIn(stack, { weights: [100, 0, 255] });
  expect(recordsOf(stack).map(({ Weight, SetIdentifier }) => [SetIdentifier, Weight])).toEqual([
    ['cell-1', 100],
    ['cell-2', 0],
    ['cell-3', 255],
  ]);
});

test('cells may be behind Network Load Balancers, under the name of the zone, and scale one by one', () => {
  const stack = newStack();
  const fleetProps = { loadBalancing: FleetLoadBalancing.nlb() };
  const cells = cellsIn(stack, { fleetProps, recordName: undefined, cells: 2 });
  cells.cells.forEach((cell) => cell.scaleOnRequestsInFlight({ perInstance: 4 }));
  expect(resourcesOf(templateOf(stack), 'AWS::AutoScaling::ScalingPolicy')).toHaveLength(2);
  expect([cells.domainName, recordsOf(stack)[0].Name]).toEqual(['example.internal', 'example.internal.']);
});

test.each([
  ['chat', 'chat.example.internal'],
  ['chat.example.internal', 'chat.example.internal'],
  ['chat.example.internal.', 'chat.example.internal'],
  ['example.internal', 'example.internal'],
  [undefined, 'example.internal'],
])('the record name %s is the name %s', (recordName, name) => {
  const stack = newStack();
  expect(cellsIn(stack, { recordName, cells: 1 }).domainName).toBe(name);
  expect(recordsOf(stack)[0].Name).toBe(`${name}.`);
});

describe('cells are refused', () => {
  test.each<[Partial<FleetCellsProps>, string[][]]>([
    [{ cells: 0 }, [['cells', '0']]],
    [{ cells: 101 }, [['cells', '101']]],
    [{ cells: 1.5 }, [['cells', '1.5']]],
    [{ cells: Token.asNumber({ Ref: 'Cells' }) }, [['cells', 'a value that is only known at deployment']]],
    [{ weights: [1, 2] }, [['weights', '2 weights']]],
    [{ weights: [0, 0, 0] }, [['weights', 'only zeros']]],
    [
      { weights: [256, -1, 1] },
      [
        ['weights[0]', '256'],
        ['weights[1]', '-1'],
      ],
    ],
  ])('%j', (props, expected) => {
    expect(problemsOf(() => cellsIn(newStack(), props)).map(({ what, got }) => [what, got])).toEqual(expected);
  });

  test('with the problems of their fleet, by the cell', () => {
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m7i.large'] });
    const error = errorOf(() => cellsIn(newStack(), { fleetProps: { capacity } }));
    expect([error.where, error.problems[0].what]).toEqual(['Stack/Chat/Cell1', 'capacity.instanceTypes']);
  });
});
