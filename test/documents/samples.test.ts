import { App } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { FleetCapacity, FleetPolicy, InferenceFleetStack, InferenceRuntime } from '../../lib';
import { bundleReport } from '../../lib/cli/bundle/bundle-report';
import { formatBundleReport } from '../../lib/cli/bundle/format-bundle-report';
import { fleetYaml } from '../../lib/cli/init/fleet-yaml';
import { defaultAnswers, FleetKind } from '../../lib/cli/init/project-answers';
import { planAssembly } from '../../lib/cli/plan/build-report';
import { formatPlan } from '../../lib/cli/plan/format/format-plan';
import { BUILT_IN_DIRECTORY, inspectBundle } from '../../lib/kernels/private/bundle-inspection';
import { AMAZON_LINUX_2023_GLIBC } from '../../lib/kernels/private/glibc-version';
import { useBuiltInKernels } from '../support/built-in-kernels';
import { assemblyOf, fleetFile, readProblems } from '../support/fleet-file';
import { codeOf } from './documents';

useBuiltInKernels();

const [fleetFileOfReadme] = codeOf('README.md', 'yaml');

describe('the fleet.yaml of the front page', () => {
  test('makes a stack for each environment', () => {
    const names = assemblyOf(fleetFileOfReadme).stacks.map(({ stackName }) => stackName);
    expect(names).toEqual(expect.arrayContaining(['chat-staging', 'chat-production']));
  });

  test('with two mistakes gives the messages that its page shows', () => {
    const wrong = fleetFileOfReadme.replace('container:', 'contaner:').replace('minInstances: 2', 'minInstances: two');
    const [shown] = codeOf('docs/fleet-yaml.md', '');
    expect(readProblems(wrong)).toEqual(shown.trimEnd().split('\n'));
  });
});

test("a policy's page shows a policy that can be read", () => {
  const [text] = codeOf('docs/policy.md', 'yaml');
  expect(FleetPolicy.fromFiles([fleetFile({ 'policy.yaml': text })]).rules.allowedRegions).toContain('eu-west-1');
});

test('a wrong capacity gives the message that the front page shows', () => {
  const props = {
    env: { region: 'us-east-1' },
    image: { runtime: InferenceRuntime.container({ image: 'ghcr.io/ggml-org/llama.cpp:server' }) },
    capacity: FleetCapacity.onDemand({
      instanceTypes: ['c7i.4xlarge', 'm9g.4xlrage'],
      minInstances: 5,
      maxInstances: 4,
    }),
  };
  const [shown] = codeOf('README.md', '').filter((code) => code.includes('problems:'));
  expect(() => new InferenceFleetStack(new App(), 'Chat', props)).toThrow(shown.trimEnd());
});

test("the plan that the command's page shows is that of a new project", () => {
  const answers = defaultAnswers(FleetKind.INFERENCE, 'us-east-1');
  const plan = formatPlan(planAssembly(assemblyOf(fleetYaml(answers)).directory));
  const parts = partsShown('docs/command.md', 'plan');
  expect(parts.length).toBeGreaterThan(10);
  expect(parts.filter((part) => !plan.includes(part))).toEqual([]);
});

test("the report that the page of kernels shows is that of this package's bundle", () => {
  const report = formatBundleReport(bundleReport(inspectBundle(BUILT_IN_DIRECTORY, AMAZON_LINUX_2023_GLIBC)));
  const parts = partsShown('docs/kernel-bundles.md', 'bundle inspect');
  expect(parts.length).toBeGreaterThan(8);
  expect(parts.filter((part) => !report.includes(part))).toEqual([]);
});

/** What a page shows of a command's output, up to the "..." in each line that stands for what is left out. */
function partsShown(page: string, command: string): string[] {
  const [, ...shown] = codeOf(page, '')
    .find((code) => code.startsWith(`$ npx graviton-fleet ${command}`))!
    .split('\n');
  return shown.map((line) => line.split('...')[0]).filter((part) => part.trim() !== '');
}
