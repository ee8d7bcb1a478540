import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Aspects, AspectPriority, CfnResource, IAspect, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { describe, expect, test, vi } from 'vitest';
import { FleetTemplate } from '../../../lib';
import { StackPlan } from '../../../lib/cli/plan/plan-report';
import { readStacks } from '../../../lib/cli/plan/read/read-stacks';
import { invokeAspects } from '../../../lib/cli/plan/template/invoke-aspects';
import { planTemplate } from '../../../lib/cli/plan/template/plan-template';
import { useScratchDirectory } from '../../support/scratch-directory';

const PLATFORM_TEMPLATES = path.join(__dirname, '..', '..', '..', 'examples', 'platform-templates');

const scratch = useScratchDirectory();

describe('what is read from constructs', () => {
  test.each([
    'workers-with-budget',
    'three-environments',
    'many-teams/agents',
    'many-teams/search',
    'cells-and-engines',
  ])(
    'is what is read from the synthesis of %s',
    async (name) => {
      const file = path.join(PLATFORM_TEMPLATES, name, 'fleet.yaml');
      await expectSamePlan(file);
    },
    60_000,
  );

  test('is the same for fleets with a shared image, a dashboard and a budget over them', async () => {
    const file = write([
      'environments: { production: { account: "123456789012", region: us-east-1 }, trial: { region: eu-west-1 } }',
      'images:',
      `  llama: ${IMAGE}`,
      'inferenceFleets:',
      '  chat:',
      '    image: llama',
      '    capacity: { spotFirst: { instanceTypes: [m9g.4xlarge, m8g.2xlarge], minInstances: 2, maxInstances: 20 } }',
      '    scaling: [ { scaleOnCpu: { targetUtilizationPercent: 60 } } ]',
      '  search:',
      '    image: llama',
      '    capacity: { onDemand: { instanceTypes: [m9g.xlarge], minInstances: 1, maxInstances: 4 } }',
      '    lifecycle: { warmPool: { stopped: { minInstances: 1 } } }',
      'dashboards:',
      '  all: { fleets: [chat, search] }',
      'budgets:',
      '  power: { powerBudget: { fleets: [chat], kilowatts: 1.2 } }',
    ]);
    const stacks = await expectSamePlan(file);
    expect(stacks.flatMap(({ warnings }) => warnings).length).toBeGreaterThan(0);
    expect(stacks.flatMap(({ fleets }) => fleets)).toHaveLength(4);
  }, 60_000);

  test('renders no widget of the dashboard of a fleet', async () => {
    const widgets = vi.spyOn(cloudwatch.GraphWidget.prototype, 'toJson');
    const synthesis = vi.spyOn(App.prototype, 'synth');
    try {
      const file = write([
        'environments: { production: { region: us-east-1 } }',
        'inferenceFleets:',
        '  chat:',
        `    image: ${IMAGE}`,
        '    capacity: { onDemand: { instanceTypes: [m9g.4xlarge], minInstances: 2, maxInstances: 10 } }',
      ]);
      const { stacks } = await planTemplate(file);
      expect(stacks[0].monitoring.dashboards).toBe(1);
      expect([widgets.mock.calls.length, synthesis.mock.calls.length]).toEqual([0, 0]);
    } finally {
      widgets.mockRestore();
      synthesis.mockRestore();
    }
  });
});

describe('aspects', () => {
  test('visit as in a synthesis: by priority, once, and what other aspects add', () => {
    const visits = [planned, (app: App) => app.synth()].map((synthesize) => {
      const seen: string[] = [];
      const app = new App({ outdir: scratch(), context: { '@aws-cdk/core:aspectStabilization': true } });
      const stack = new Stack(app, 'Stack');
      new CfnResource(stack, 'First', { type: 'AWS::SNS::Topic' });
      Aspects.of(app).add(new Note(seen, 'late'), { priority: AspectPriority.READONLY });
      Aspects.of(stack).add(new Note(seen, 'early'), { priority: AspectPriority.MUTATING });
      Aspects.of(stack).add(new AddBesideFirst(), { priority: AspectPriority.MUTATING });
      synthesize(app);
      return seen.filter((visit) => !visit.endsWith('/CDKMetadata') && !visit.includes('Tree'));
    });
    expect(visits[0]).toContain('early of Stack/Second');
    expect(visits[0].indexOf('early of Stack/First')).toBeLessThan(visits[0].indexOf('late of Stack/First'));
    expect([...visits[0]].sort()).toEqual([...visits[1]].sort());
  });

  test('that never come to an end are refused', () => {
    const app = new App({ outdir: scratch() });
    let count = 0;
    const endless: IAspect = {
      visit: (node) => {
        if (node === app || count < 10_000) {
          count += 1;
          Aspects.of(app).add({ visit: (other) => endless.visit(other) });
        }
      },
    };
    Aspects.of(app).add(endless);
    expect(() => invokeAspects(app)).toThrow(/did not come to an end/);
  });
});

const IMAGE = '{ runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }';

class Note implements IAspect {
  constructor(
    private readonly seen: string[],
    private readonly name: string,
  ) {}

  public visit({ node }: IConstruct): void {
    this.seen.push(`${this.name} of ${node.path}`);
  }
}

class AddBesideFirst implements IAspect {
  public visit({ node }: IConstruct): void {
    if (node.id === 'First') {
      new CfnResource(Stack.of(node.scope!), 'Second', { type: 'AWS::SNS::Topic' });
    }
  }
}

function planned(app: App): void {
  invokeAspects(app);
}

/** What CDK itself says of references to other stacks, while it makes imports of them. */
const OF_REFERENCES = '[ack: @aws-cdk/core:crossStackReferencesDefaultStrong]';

/** Compares everything but the names of environments, which an assembly does not have. */
async function expectSamePlan(file: string): Promise<readonly StackPlan[]> {
  const { stacks } = await planTemplate(file);
  const app = new App({ outdir: scratch() });
  FleetTemplate.fromFile(file).addTo(app);
  const synthesized = new Map(readStacks(app.synth()).map((stack) => [stack.stack, withoutReferences(stack)]));
  expect(stacks.map(({ stack }) => stack).sort()).toEqual([...synthesized.keys()].sort());
  for (const stack of stacks) {
    expect(json({ ...stack, environment: '' })).toEqual(json({ ...synthesized.get(stack.stack), environment: '' }));
  }
  return stacks;
}

function withoutReferences(stack: StackPlan): StackPlan {
  return { ...stack, warnings: stack.warnings.filter((warning) => !warning.includes(OF_REFERENCES)) };
}

/** As `--json` prints it. */
function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function write(lines: string[]): string {
  const directory = scratch();
  fs.mkdirSync(directory);
  fs.writeFileSync(`${directory}/fleet.yaml`, [...lines, ''].join('\n'));
  return `${directory}/fleet.yaml`;
}
