import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CdkCli } from '../../scripts/local-aws/cdk-cli';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { StackReadBack } from '../../scripts/local-aws/stack-read-back';
import { PLATFORM_TEMPLATES, SERVED_MODEL } from '../support/example-app';
import { LocalServices } from './local-services';
import { ofType, unresolved } from './stack-resources';

/** The hosted zone that the file of cells names, and its domain. */
const ZONE = { id: 'Z0123456789ABCDEFGHIJ', name: 'models.example.com' };

const PROJECT = path.join(__dirname, '..', '..');
const COMMAND = path.join(PROJECT, 'bin', 'graviton-fleet.js');

/** The stacks of each template, as the local AWS has them when all are deployed. */
const STACKS: Record<(typeof PLATFORM_TEMPLATES)[number], readonly string[]> = {
  'platform-templates/three-environments': ['chat-development', 'chat-staging', 'chat-production'],
  'platform-templates/workers-with-budget': ['tools-production', 'power-production', 'cost-production'],
  'platform-templates/many-teams/search': ['rerank-production'],
  'platform-templates/many-teams/agents': [
    'base-production',
    'planner-production',
    'critic-production',
    'agents-production',
  ],
  'platform-templates/cells-and-engines': [
    'engines-production',
    'answers-production',
    'rollouts-production',
    'evaluations-production',
    'exact-production',
  ],
};

/**
 * MaxSize of each group: as the file says it, but for the tools, which their budget bounds to 5000 USD a month: 40 are
 * wanted, and 8 m9g.4xlarge cost 0.78272 USD an hour each for 744 hours.
 */
const MAX_SIZES: Record<string, number> = {
  'chat-development': 2,
  'chat-staging': 4,
  'chat-production': 20,
  'tools-production': 8,
  'rerank-production': 6,
  'planner-production': 4,
  'critic-production': 4,
  // Of each cell, and of the head.
  'answers-production': 10,
  'rollouts-production': 1,
};

// From fleet.yaml alone, by the command that its cdk.json names.
describe('templates for platform teams', () => {
  let localAws: LocalAws;

  const cdkOf = (name: string, directory = path.join(PROJECT, 'examples', name)) =>
    new CdkCli({
      localAws,
      app: `"${process.execPath}" "${COMMAND}" app fleet.yaml`,
      workingDirectory: directory,
    });

  /** A copy of a template with the id of a hosted zone that exists: AWS chooses the ids of zones. */
  const withZone = async (name: string) => {
    const directory = path.join(localAws.directory, path.basename(name));
    fs.cpSync(path.join(PROJECT, 'examples', name), directory, { recursive: true });
    const file = path.join(directory, 'fleet.yaml');
    const id = await new LocalServices(localAws).createHostedZone(ZONE.name);
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll(ZONE.id, id));
    return directory;
  };

  beforeAll(async () => {
    localAws = await LocalAws.start();
    await cdkOf(PLATFORM_TEMPLATES[0]).bootstrap();
  });
  afterAll(() => localAws?.stop());

  test.each(PLATFORM_TEMPLATES)('%s is deployed and destroyed', async (name) => {
    const { app } = JSON.parse(fs.readFileSync(path.join(PROJECT, 'examples', name, 'cdk.json'), 'utf8')) as {
      app: string;
    };
    expect(app).toMatch(/^npx .*graviton-fleet app fleet\.yaml$/);
    const file = fs.readFileSync(path.join(PROJECT, 'examples', name, 'fleet.yaml'), 'utf8');
    const cdk = cdkOf(name, file.includes(ZONE.id) ? await withZone(name) : undefined);
    await cdk.deploy('*');
    const stacks = await Promise.all(STACKS[name].map((stack) => localAws.stack(stack)));
    expect(stacks.map(({ status }) => status)).toEqual(stacks.map(() => 'CREATE_COMPLETE'));
    expect(stacks.flatMap(unresolved)).toEqual([]);
    expect(maxSizes(STACKS[name], stacks)).toEqual(
      Object.fromEntries(Object.entries(MAX_SIZES).filter(([stack]) => STACKS[name].includes(stack))),
    );
    await cdk.destroy('*');
    const left = await Promise.all(STACKS[name].map((stack) => localAws.stack(stack)));
    expect(left.map(({ status }) => status)).toEqual(left.map(() => 'DELETE_COMPLETE'));
  });

  test('a fleet of the built-in server is deployed and destroyed', async () => {
    const cdk = cdkOf(SERVED_MODEL);
    await cdk.deploy('*');
    const stack = await localAws.stack('ServedModel');
    expect(stack.status).toBe('CREATE_COMPLETE');
    expect(unresolved(stack)).toEqual([]);
    const mayRead = JSON.stringify(ofType(stack, 'AWS::IAM::Policy'));
    expect(mayRead).toContain('our-models/llama-3.1-8b-instruct-q4_0.gguf');
    await cdk.destroy('*');
    expect((await localAws.stack('ServedModel')).status).toBe('DELETE_COMPLETE');
  });
});

function maxSizes(names: readonly string[], stacks: readonly StackReadBack[]): Record<string, number> {
  return Object.fromEntries(
    stacks.flatMap((stack, index) =>
      ofType(stack, 'AWS::AutoScaling::AutoScalingGroup').map(({ properties }) => [
        names[index],
        Number(properties.MaxSize),
      ]),
    ),
  );
}
