import { expect, test } from 'vitest';
import { FleetTemplate } from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { problemsOf } from '../../support/config-error';
import { appOfFile, fleetFile, readProblems, synthProblems } from '../../support/fleet-file';

useBuiltInKernels();

const RUNTIME = '{ runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }';

test('everything that is wrong in a file is said at once, by lines', () => {
  const lines = readProblems(`
environments:
  staging: { region: us-east-2 }
  production: { region: us-east-1, acount: "123456789012" }
  account: { account: 123456789012, region: Ohio }
polcy: []
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.4xlarge], minInstance: 2 } }
    environments:
      stagin:
      production: { capacity: { onDemand: { maxInstances: many } } }
  small:
    image: bas
    capacity: { onDemand: { instanceTypes: [m9g.large] }, spotFirst: { instanceTypes: [m9g.large] } }
    lifecycle: { coldStart: { measured: 90 } }
  no_name: { image: ${RUNTIME}, capacity: { onDemand: { instanceTypes: [m9g.large] } } }
  empty:
workerFleets:
  chat: { image: ${RUNTIME} }
dashboards: { all: { fleets: [chatt, small] } }
budgets: { none: {}, two: { powerBudget: { fleets: [small], kilowatts: 1 }, costBudget: { fleets: [small] } } }
tags: { team: 1 }
`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "fleet.yaml:4:36 environments.production.acount: got the unknown key acount, allowed account, region: did you mean account?",
      "fleet.yaml:5:14 environments.account.account: got a number, allowed text: put it in quotes",
      "fleet.yaml:5:37 environments.account.region: got another text, allowed a region such as us-east-1: correct it",
      "fleet.yaml:6:1 polcy: got the unknown key polcy, allowed environments, policy, tags, images, inferenceFleets, workerFleets, fleetCells, rayClusters, batchFleets, dashboards, budgets, meters: did you mean policy?",
      "fleet.yaml:10:59 inferenceFleets.chat.capacity.onDemand.minInstance: got an unknown key, allowed instanceTypes, bandwidthWeighting, maxInstances, minInstances, placement, size: did you mean minInstances?",
      "fleet.yaml:12:7 inferenceFleets.chat.environments.stagin: got the unknown environment stagin, allowed staging, production, account: did you mean staging?",
      "fleet.yaml:13:45 inferenceFleets.chat.capacity.onDemand.maxInstances: got text, allowed a number: write it in digits, without quotes or unit",
      "fleet.yaml:15:5 inferenceFleets.small.image: got the unknown image bas, allowed nothing: the file has no image: remove it, or correct it",
      "fleet.yaml:16:5 inferenceFleets.small.capacity: got onDemand and spotFirst, allowed one of attributes, mixedGenerations, onDemand, reserved, spotFirst: keep exactly one",
      "fleet.yaml:17:31 inferenceFleets.small.lifecycle.coldStart.measured: got a number without a unit, allowed a duration: a whole number with milliseconds, seconds, minutes, hours or days: write it as in 90 seconds",
      "fleet.yaml:18:3 inferenceFleets.no_name: got the name no_name, allowed letters, digits and hyphens after a letter, as names of stacks have them: rename it",
      "fleet.yaml:19:3 inferenceFleets.empty: got nothing, allowed a map: write "key: value" pairs below it, or remove it",
      "fleet.yaml:21:3 workerFleets.chat: got the name chat, which makes a stack of the same name as line 8, allowed a name for each stack, not told apart by case: rename one of the two",
      "fleet.yaml:21:3 workerFleets.chat.capacity: got nothing, allowed a value: capacity has no default: add capacity",
      "fleet.yaml:21:3 workerFleets.chat.jobs: got nothing, allowed a value: jobs has no default: add jobs",
      "fleet.yaml:22:31 dashboards.all.fleets[0]: got the unknown fleet chatt, allowed chat, small, no_name, empty: did you mean chat?",
      "fleet.yaml:23:12 budgets.none: got none of its kinds, allowed one of powerBudget, costBudget, billingBudget: write the kind of the budget as its key",
      "fleet.yaml:23:22 budgets.two: got powerBudget and costBudget, allowed one of powerBudget, costBudget, billingBudget: make two budgets of them",
      "fleet.yaml:24:9 tags.team: got a number, allowed text: put it in quotes",
    ]
  `);
});

test('a misspelt key of the file, an environment and an image name the nearest one', () => {
  const lines = readProblems(`
images: { base: ${RUNTIME} }
inferenceFlets: {}
workerFleets: { tools: { image: bsae, capacity: { onDemand: { instanceTypes: [m9g.large] } } } }
`).join('\n');
  expect(lines).toContain('3:1 inferenceFlets: got the unknown key inferenceFlets');
  expect(lines).toContain('did you mean inferenceFleets?');
  expect(lines).toContain(
    '4:26 workerFleets.tools.image: got the unknown image bsae, allowed base: did you mean base?',
  );
});

test('what a construct refuses is said of the line that the value came from', () => {
  const lines = synthProblems(`
environments: { staging: { region: us-east-1 }, production: { region: us-east-1 } }
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.large], minInstances: 2 } }
    environments:
      staging:
      production:
        capacity: { onDemand: { maxInstances: 1 } }
  both:
    image: ${RUNTIME}
    capacity:
      onDemand: { instanceTypes: [m9g.huge] }
  fine:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.large] } }
`);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^fleet.yaml:(6|10):\d+ inferenceFleets.chat.capacity.onDemand.m\w+ \(production\): got /);
  expect(lines[1]).toMatch(/^fleet.yaml:14:19 inferenceFleets.both.capacity.onDemand.instanceTypes: got m9g.huge/);
});

test('a policy is held at synthesis, with the lines of the rule and of the value', () => {
  const file = `
policy: [policy.yaml]
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.large], maxInstances: 20 } }
`;
  const lines = synthProblems(file, { 'policy.yaml': 'requireTls: true\nmaxInstances: 5\n' });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^fleet.yaml:4:3 inferenceFleets.chat.loadBalancing.certificate: .*policy.yaml:1:1/);
  expect(lines[1]).toMatch(
    /^fleet.yaml:6:57 inferenceFleets.chat.capacity.onDemand.maxInstances: .*\(maxInstances, .*policy.yaml:2:1\)/,
  );
});

test('a policy gives defaults under what fleets say, and keeps what it locks', () => {
  const files = {
    'policy.yaml': 'locked: [rollout]\ndefaults: { lifecycle: { coldStart: { measured: 90 } } }\n',
  };
  const fleet = (rest: string): string => `
policy: [policy.yaml]
inferenceFleets:
  chat:
    image: ${RUNTIME}
    capacity: { onDemand: { instanceTypes: [m9g.large] } }
    ${rest}
`;
  expect(readProblems(fleet('rollout: { canary: }'), files)[0]).toMatch(/^policy.yaml:2:\d+ .*coldStart/);
  files['policy.yaml'] = 'locked: [rollout]\n';
  expect(readProblems(fleet('rollout: { canary: }'), files)).toEqual([
    expect.stringMatching(/^fleet.yaml:7:5 inferenceFleets.chat.rollout: got a value, allowed none.*policy.yaml:1:1/),
  ]);
});

test('no message has a secret of the file, whoever complains', () => {
  const secret = 'hf_0123456789abcdef';
  const file = `
inferenceFleets:
  chat:
    image:
      runtime:
        container:
          image: ghcr.io/ggml-org/llama.cpp:server
          environment: { TOKEN: "${secret}\\nx", OTHER: { a: ${secret} } }
          command: ["--token={{${secret}}}"]
          healthPath: ${secret}
    capacity: { onDemand: { instanceTypes: [m9g.large], maxInstances: ${secret} } }
    tags: [${secret}]
`;
  const lines = readProblems(file).join('\n');
  expect(lines).toContain('environment');
  expect(lines).not.toContain(secret);
});

test('fleets and environments that the template does not have cannot be made', () => {
  const file = `inferenceFleets: { chat: { image: ${RUNTIME}, capacity: { onDemand: { instanceTypes: [m9g.large] } } } }`;
  const template = FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': file }));
  const problems = problemsOf(() => template.addTo(appOfFile(), { fleets: ['chta'], environments: ['a'] }));
  expect(problems.map(({ what, got, fix }) => [what, got, fix])).toEqual([
    ['environments', 'a', 'correct it'],
    ['fleets', 'chta', 'did you mean chat?'],
  ]);
});

test('a thousand fleets are read together, and the fifty that are wrong are named by their lines', () => {
  const fleet = (index: number): string =>
    [
      `  fleet-${index}:`,
      `    image: ${RUNTIME}`,
      `    capacity: { onDemand: { instanceTypes: [${index % 20 === 0 ? 'm9g.huge' : 'm9g.large'}], minInstances: ${index % 20 === 7 ? 'two' : 2} } }`,
      '    scaling: [{ scaleOnCpu: { targetUtilizationPercent: 60 } }]',
    ].join('\n');
  const lines = readProblems(
    `inferenceFleets:\n${Array.from({ length: 1000 }, (_, index) => fleet(index)).join('\n')}\n`,
  );
  const expected = Array.from({ length: 50 }, (_, index) => `fleet.yaml:${4 * (20 * index + 7) + 4}:`);
  expect(lines.map((line) => line.replace(/^([^:]+:\d+:).*/, '$1'))).toEqual(expected);
}, 120_000);
