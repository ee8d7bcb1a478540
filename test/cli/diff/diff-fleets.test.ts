import { Annotations, App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, InferenceFleetStack, InferenceRuntime, PriceBook } from '../../../lib';
import { judge, parseGates } from '../../../lib/cli/diff/gate';
import { AssemblyChange } from '../../../lib/cli/diff/model/assembly-change';
import { changeBetween } from '../../support/assembly-change';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { existingFleet, inRegion } from '../../support/fleet-app';

useBuiltInKernels();

interface FleetWords {
  readonly minInstances?: number;
  readonly maxInstances?: number;
  readonly type?: string;
  readonly port?: string;
  readonly region?: string;
  readonly discount?: number;
}

function fleet(
  { minInstances = 2, maxInstances = 9, type = 'm9g.4xlarge', port = '8080', region, discount }: FleetWords,
  id = 'Chat',
) {
  return (app: App) => {
    const stack = new InferenceFleetStack(app, id, {
      env: inRegion(region ?? 'us-east-1'),
      image: { runtime: InferenceRuntime.container({ image: 'chat:1', command: ['--port', port] }) },
      capacity: FleetCapacity.onDemand({ instanceTypes: [type], minInstances, maxInstances }),
      economics:
        discount === undefined
          ? undefined
          : {
              priceBook: PriceBook.published().withDiscount({
                percent: discount,
                source: 'agreement',
                asOf: '2026-11-01',
              }),
            },
    });
    return stack;
  };
}

const closed = (change: AssemblyChange, gates: string) =>
  judge(change, parseGates(gates)).flatMap(({ gate, reasons }) => (reasons.length > 0 ? [gate] : []));

describe('figures', () => {
  test('of a fleet with twice the instances are twice as high, and said per fleet and in total', () => {
    const change = changeBetween(fleet({}), fleet({ minInstances: 4 }));
    // 1.56544 USD per hour x 730.
    expect(change.totals.listUsdPerMonth.before?.high).toBeCloseTo(1142.7712, 6);
    expect(change.totals.listUsdPerMonth.after?.high).toBeCloseTo(2 * 1142.7712, 6);
    // 165.6 W at most for two.
    expect(change.totals.fullLoadWatts.after?.high).toBeCloseTo(2 * 165.6, 6);
    expect(change.fleets).toMatchObject([{ fleet: 'Chat/Fleet', kind: 'changed' }]);
    // No price book of the user's: not zero, but not known.
    expect(change.totals.effectiveUsdPerMonth).toEqual({ before: undefined, after: undefined, unknownFleets: 1 });
    // Only sizes change: nothing is built or rolled.
    const [{ imageBuilds, rollOuts, losses }] = change.stacks;
    expect([imageBuilds, rollOuts, losses]).toEqual([[], [], []]);
  });

  test('count a fleet that comes or goes from nothing or to nothing', () => {
    const none = () => undefined;
    const added = changeBetween(none, fleet({}));
    expect(added.fleets).toMatchObject([{ kind: 'added' }]);
    expect(added.totals.listUsdPerMonth.before?.high).toBe(0);
    expect(changeBetween(fleet({}), none).totals.listUsdPerMonth.after?.high).toBe(0);
  });

  test('that are not known on a side are in no sum', () => {
    const { totals } = changeBetween(fleet({}), (app) => {
      fleet({ minInstances: 4 })(app);
      fleet({ region: 'eu-central-1' }, 'Other')(app);
    });
    expect(totals.listUsdPerMonth.unknownFleets).toBe(1);
    expect(totals.listUsdPerMonth.after?.high).toBeCloseTo(2 * 1142.7712, 6);
  });
});

describe('what a fleet may grow to', () => {
  const upTo = (maxInstances: number) => fleet({ maxInstances });

  test('is a change of its cost and power, though it is no larger yet', () => {
    const change = changeBetween(upTo(9), upTo(90));
    expect(change.totals.listUsdPerMonth.after).toEqual(change.totals.listUsdPerMonth.before);
    // Half of what two cost, times 90.
    expect(change.totals.greatestListUsdPerMonth.after?.high).toBeCloseTo(90 * 571.3856, 6);
    expect(change.totals.greatestFullLoadWatts.after?.high).toBeCloseTo(90 * 82.8, 6);
    expect(change.fleets).toMatchObject([{ kind: 'changed', after: { size: { instances: { low: 2, high: 90 } } } }]);
    expect(judge(change, parseGates('cost:+10%'))[0].reasons).toEqual([
      '46282.23 USD more per month at the greatest size, allowed 514.60',
    ]);
  });
});

test('a fleet without figures is compared all the same, and its price is not known', () => {
  const bare = (minInstances: number) => (app: App) => {
    const stack = new Stack(app, 'Bare', { env: inRegion('us-east-1') });
    const capacity = FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances, maxInstances: 9 });
    existingFleet(stack, { capacity });
  };
  const change = changeBetween(bare(2), bare(3));
  expect(change.fleets).toMatchObject([{ fleet: 'Bare/Fleet', kind: 'changed' }]);
  expect(closed(change, 'cost:+1000%')).toEqual(['cost:+1000%']);
  // What goes costs nothing more, whatever it cost.
  expect(
    closed(
      changeBetween(bare(2), () => undefined),
      'cost:+0%',
    ),
  ).toEqual([]);
});

describe('a changed AMI', () => {
  test('is built, and rolls the fleet by an instance refresh with its canary and alarms', () => {
    const [stack] = changeBetween(fleet({}), fleet({ port: '8081' })).stacks;
    expect(stack.imageBuilds).toHaveLength(1);
    expect(stack.rollOuts).toMatchObject([{ reasons: ['new AMI'] }]);
    expect(stack.rollOuts[0].how).toBe(
      'instance refresh, stops at 10 %, 100 % of the instances for 900 seconds, watches for 300 seconds in the end, ' +
        'rolls back on 3 alarms',
    );
    expect(stack.losses).toEqual([]);
  });

  test('is not what another instance type is; that rolls as well', () => {
    const [stack] = changeBetween(fleet({}), fleet({ type: 'm9g.8xlarge' })).stacks;
    expect(stack.imageBuilds).toEqual([]);
    expect(stack.rollOuts.flatMap(({ reasons }) => reasons)).toContain(
      'other instance types, or another way to buy them',
    );
  });
});

describe('gates', () => {
  test('close on cost in percent and in USD, at exactly what they allow', () => {
    const change = changeBetween(fleet({ minInstances: 4 }), fleet({ minInstances: 5 }));
    expect(closed(change, 'cost:+24.9%, cost:+25%, cost:+571, cost:+572')).toEqual(['cost:+24.9%', 'cost:+571']);
    expect(closed(changeBetween(fleet({}), fleet({ minInstances: 1 })), 'cost:+0%')).toEqual([]);
  });

  test('go by what is paid where that is known', () => {
    const change = changeBetween(fleet({ discount: 50 }), fleet({ discount: 50, minInstances: 4 }));
    expect(closed(change, 'cost:+600,cost:+500')).toEqual(['cost:+500']);
  });

  test('close on a changed fleet whose price is not known, and not on one that stays', () => {
    const unknown = { region: 'eu-central-1' };
    expect(closed(changeBetween(fleet(unknown), fleet({ ...unknown, minInstances: 4 })), 'cost:+10%')).toEqual([
      'cost:+10%',
    ]);
    expect(closed(changeBetween(fleet(unknown), fleet(unknown)), 'cost:+10%')).toEqual([]);
  });

  test('close on what a new fleet opens and may do, and none on a new size', () => {
    expect(
      closed(
        changeBetween(() => undefined, fleet({})),
        'iam,network,replacement',
      ),
    ).toEqual(['iam', 'network']);
    expect(closed(changeBetween(fleet({}), fleet({ minInstances: 4 })), 'iam,network,replacement')).toEqual([]);
  });

  test.each(['', 'cost', 'cost:10%', 'cost:+x%', 'iam,everything', 'IAM'])('refuse "%s"', (text) => {
    expect(() => parseGates(text)).toThrow(/^--fail-on: got .*allowed replacement, iam, network, cost/);
  });
});

test('only new warnings are told', () => {
  const warned =
    (...texts: string[]) =>
    (app: App) => {
      const stack = fleet({})(app);
      texts.forEach((text) => Annotations.of(stack.fleet).addWarningV2(text, `about ${text}`));
    };
  const { newWarnings, resolvedWarnings } = changeBetween(warned('one', 'two'), warned('two', 'three'));
  expect(newWarnings).toEqual(['Chat/Fleet: about three [ack: three]']);
  expect(resolvedWarnings).toBe(1);
});
