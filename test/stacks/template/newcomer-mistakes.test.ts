import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test, vi } from 'vitest';
import { FleetTemplate } from '../../../lib';
import { useBuiltInKernels } from '../../support/built-in-kernels';
import { appOfFile, assemblyOf, fleetFile, readProblems, synthProblems } from '../../support/fleet-file';

useBuiltInKernels();

const RUNTIME = 'runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } }';
const CAPACITY = 'capacity: { onDemand: { instanceTypes: [m9g.4xlarge] } }';
const FLEET = `image: { ${RUNTIME} }, ${CAPACITY}`;
const CHAT = `inferenceFleets: { chat: { ${FLEET} } }\n`;

test.each([
  ['us-esat-1', 'a name that is misspelt, allowed a region such as us-east-1: did you mean us-east-1?'],
  ['ap-souteast-2', 'a name that is misspelt, allowed a region such as us-east-1: did you mean ap-southeast-2?'],
  ['us-east-1a', 'another text, allowed a region such as us-east-1: take the letter of the Availability Zone off'],
  ['US-EAST-1', 'another text, allowed a region such as us-east-1: correct it'],
])('the region %s is refused', (region, problem) => {
  expect(readProblems(`environments: { p: { region: ${region} } }\n${CHAT}`)).toEqual([
    `fleet.yaml:1:22 environments.p.region: got ${problem}`,
  ]);
});

test.each(['us-gov-west-1', 'eusc-de-east-1', 'us-isob-east-1', 'ap-southeast-7', 'mx-central-1', 'il-central-1'])(
  'the region %s is one',
  (region) => {
    const text = `environments: { p: { region: ${region} } }\n${CHAT}`;
    expect(FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': text })).environmentNames).toEqual(['p']);
  },
);

test.each([
  ['nothing in the file', ''],
  ['only a comment', '# later\n'],
  ['only environments', 'environments: { p: { region: us-east-1 } }\n'],
  ['a section without fleets', 'inferenceFleets: {}\n'],
])('%s makes no app, and says so', (_name, text) => {
  expect(readProblems(text)).toEqual([expect.stringContaining('file: got no fleet, allowed a fleet or an image')]);
});

test('a misspelt section is said once, and not that there are no fleets', () => {
  expect(readProblems(CHAT.replace('inferenceFleets', 'inferenceFleet'))).toEqual([
    expect.stringContaining('did you mean inferenceFleets?'),
  ]);
});

test('names that differ by case alone would be one file on macOS and Windows', () => {
  expect(readProblems(`inferenceFleets:\n  chat: { ${FLEET} }\n  Chat: { ${FLEET} }\n`)).toEqual([
    expect.stringContaining('fleet.yaml:3:3 inferenceFleets.Chat: got the name Chat, which makes a stack of the same'),
  ]);
});

test('a container image as the image of a fleet is not repeated: it may have credentials in it', () => {
  const lines = readProblems(
    CHAT.replace(/image: \{ runtime.*?\} \} \}/, 'image: "https://me:hunter22@registry/chat"'),
  );
  expect(lines).toEqual([
    expect.stringMatching(/inferenceFleets\.chat\.image: got text that is no name, .*\{ runtime: \{ container: /),
  ]);
  expect(lines.join('')).not.toContain('hunter22');
});

test('environments of a fleet as a list are refused once', () => {
  expect(readProblems(`environments: { p: }\n${CHAT.replace('chat: {', 'chat: { environments: [p],')}`)).toEqual([
    expect.stringContaining('inferenceFleets.chat.environments: got a list, allowed a map'),
  ]);
});

test.each([
  ['of the file', (tags: string) => `${CHAT}tags: ${tags}\n`],
  ['of a fleet', (tags: string) => CHAT.replace('chat: {', `chat: { tags: ${tags},`)],
  [
    'of an environment',
    (tags: string) =>
      `environments: { p: }\n${CHAT.replace('chat: {', `chat: { environments: { p: { tags: ${tags} } },`)}`,
  ],
])('tags %s that CloudFormation would refuse are refused', (_name, fileWith) => {
  const lines = readProblems(fileWith(`{ "aws:team": a, "": b, k: ${'v'.repeat(257)} }`));
  expect(lines).toEqual([
    expect.stringContaining('got a key that begins with aws:'),
    expect.stringContaining('got a key of 0 characters, allowed from 1 to 128'),
    expect.stringContaining('got 257 characters, allowed up to 256'),
  ]);
});

test.each([
  'dashboards: { all: {} }',
  'dashboards: { all: { fleets: [] } }',
  'dashboards: { all: { fleets: } }',
  'budgets: { p: { powerBudget: { kilowatts: 5 } } }',
  'budgets: { p: { costBudget: { fleets: [], usdPerMonth: 5 } } }',
])('%s would silently bound and show nothing', (group) => {
  expect(readProblems(`${CHAT}${group}\n`)).toEqual([expect.stringContaining('.fleets: got no fleet, allowed names')]);
});

test('what is wrong in dashboards and budgets is said with everything else of the file', () => {
  const lines = readProblems(`${CHAT}
dashboards: { all: { fleets: [chat], contents: {} } }
budgets:
  p: { powerBudget: { fleets: [chat, chatt], kilowats: 5, split: { percentages: [{ fleet: chat, percentage: all }] } } }
`);
  expect(lines).toEqual([
    expect.stringContaining('3:38 dashboards.all.contents: got an unknown key'),
    expect.stringContaining('5:38 budgets.p.powerBudget.fleets[1]: got the unknown fleet chatt'),
    expect.stringContaining('5:46 budgets.p.powerBudget.kilowats: got an unknown key'),
    expect.stringContaining('budgets.p.powerBudget.split.percentages[0].percentage: got text, allowed a number'),
  ]);
});

test('stacks of one name in one account and region would be deployed over each other', () => {
  const named = (region: string) => `
environments: { p: { region: us-east-1 }, q: { region: ${region} } }
inferenceFleets: { chat: { stackName: chat, ${FLEET} } }
`;
  expect(synthProblems(named('us-east-1'))).toEqual([
    expect.stringContaining('3:28 inferenceFleets.chat.stackName (q): got the name of the stack chat-p, in the same'),
  ]);
  expect(assemblyOf(named('us-east-2')).stacks.map(({ stackName }) => stackName)).toEqual(['chat', 'chat']);
});

test('one app may be made of several files, and of one file in parts', () => {
  const app = appOfFile();
  const environments = 'environments: { p: { region: us-east-1 }, q: { region: us-east-1 } }\n';
  const policy = 'requiredTags: { owner: {} }\n';
  const strict = fleetFile({ 'fleet.yaml': `${environments}policy: [policy.yaml]\n${CHAT}`, 'policy.yaml': policy });
  const first = FleetTemplate.fromFile(strict);
  first.addTo(app, { environments: ['p'] });
  first.addTo(app, { environments: ['q'] });
  const other = `inferenceFleets: { search: { tags: { owner: me }, ${FLEET} } }\n`;
  FleetTemplate.fromFile(fleetFile({ 'fleet.yaml': other })).addTo(app);
  const places = first
    ._lateProblems(app)
    .map(({ place, what }) => `${path.basename(place.file)}:${place.line} ${what}`);
  // In every environment of the fleet, so that none is named.
  expect(places).toContainEqual(expect.stringMatching(/^fleet\.yaml:3 inferenceFleets\.chat[^()]*$/));
  expect(app.node.children.map(({ node }) => node.id)).toEqual(['chat-p', 'chat-q', 'search']);
});

test('the key of a list that is none is named as it stands', () => {
  expect(readProblems(CHAT.replace('chat: {', 'chat: { scaling: { scaleOnCpu: {} },'))).toEqual([
    expect.stringContaining('inferenceFleets.chat.scaling: got a map, allowed a list'),
  ]);
});

test('a misspelt key that is no property of a construct is known as well', () => {
  const lines = readProblems(`
images: { base: { ${RUNTIME}, netwrk: {} } }
inferenceFleets: { chat: { scalling: [], enviroments: {}, image: { ${RUNTIME}, lifecylce: [] }, ${CAPACITY} } }
`);
  expect(lines).toEqual([
    expect.stringMatching(/images\.base\.netwrk: got an unknown key, .*: did you mean network\?$/),
    expect.stringMatching(/chat\.scalling: got an unknown key, .*: did you mean scaling\?$/),
    expect.stringMatching(/chat\.enviroments: got an unknown key, .*: did you mean environments\?$/),
    expect.stringMatching(/chat\.image\.lifecylce: got an unknown key, .*: did you mean lifecycle\?$/),
  ]);
});

test('a policy may be named by its whole path', () => {
  const elsewhere = fleetFile({ 'policy.yaml': 'allowedProcessors: [graviton3]\n' });
  expect(synthProblems(`policy: [${elsewhere}]\n${CHAT}`)).toEqual([expect.stringContaining('allowedProcessors')]);
});

test('the builders of a shared image have the network that it says', () => {
  const text = (network: string) => `
images: { base: { ${RUNTIME}${network} } }
inferenceFleets: { chat: { image: base, capacity: { onDemand: { instanceTypes: [m9g.4xlarge] } } } }
`;
  const gateways = (network: string) => {
    const { template } = assemblyOf(text(network)).getStackByName('base') as { template: object };
    return JSON.stringify(template).split('AWS::EC2::NatGateway"').length - 1;
  };
  expect([gateways(''), gateways(', network: { isolated: {} }')]).toEqual([1, 0]);
  expect(readProblems(text(', network: { withNat: {} }'))).toEqual([
    expect.stringMatching(/^fleet\.yaml:2:.* images\.base\.network\.withNat: got an unknown key/),
  ]);
});

test.each([
  ['a list that is never closed', 'a: [1,\nb: 2\n', 'a bracket, quote, comma or colon that is missing'],
  ['lines that end as on old Macs', 'a: 1\rb: 2\r', 'carriage returns without line feeds'],
  ['a line that is indented wrongly', 'a:\n   b: 1\n  c: d: 2\n', 'a line whose indentation fits none before it'],
])('%s is one problem', (_name, text, problem) => {
  expect(readProblems(text)).toEqual([expect.stringContaining(`got ${problem}`)]);
});

test('reading a file with a policy writes nothing', () => {
  const outdir = path.join(path.dirname(fleetFile({ 'a.txt': '' })), 'out');
  vi.stubEnv('CDK_OUTDIR', outdir);
  try {
    const text = `policy: [policy.yaml]\n${CHAT}`;
    const file = fleetFile({ 'fleet.yaml': text, 'policy.yaml': 'defaults: { tags: { team: a } }\n' });
    expect(FleetTemplate.fromFile(file).fleetNames).toEqual(['chat']);
    expect(fs.existsSync(outdir)).toBe(false);
  } finally {
    vi.unstubAllEnvs();
  }
});
