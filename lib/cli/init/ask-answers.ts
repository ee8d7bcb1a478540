import { input, number, select } from '@inquirer/prompts';
import { InstanceCatalog, Offering } from '../../catalog';
import { countProblem, instanceTypeProblem, priceText, regionProblem, repositoryProblem } from './answer-problems';
import {
  DEFAULT_REPOSITORY,
  defaultAnswers,
  FleetKind,
  llamaServer,
  ProjectAnswers,
  RuntimeAnswers,
} from './project-answers';

/** Types that are offered as answers; any other can be typed. */
const SUGGESTED_TYPES = ['m9g.2xlarge', 'm9g.4xlarge', 'm9g.8xlarge', 'm8g.4xlarge', 'c8g.4xlarge', 'r8g.4xlarge'];
const OTHER = 'another';

/** Asks for everything that has not been said, each with a default. */
export async function askAnswers(said: { kind?: FleetKind; region?: string }): Promise<ProjectAnswers> {
  const kind = said.kind ?? (await askKind());
  const region = said.region ?? (await askRegion());
  const defaults = defaultAnswers(kind, region);
  const runtime = kind === FleetKind.INFERENCE ? await askRuntime() : defaults.runtime;
  const instanceType = await askInstanceType(defaults.instanceType, region);
  const minInstances = await askCount('Fewest instances', defaults.minInstances, 0);
  const maxInstances = await askCount(
    'Most instances',
    Math.max(defaults.maxInstances, minInstances),
    Math.max(minInstances, 1),
  );
  return { ...{ kind, region, runtime, instanceType, minInstances, maxInstances } };
}

function askKind(): Promise<FleetKind> {
  return select({
    message: 'What should the fleet do?',
    choices: [
      { name: 'answer requests (inference behind a load balancer)', value: FleetKind.INFERENCE },
      { name: 'take jobs from a queue (workers)', value: FleetKind.WORKER },
    ],
  });
}

function askRegion(): Promise<string> {
  const { AWS_REGION, CDK_DEFAULT_REGION } = process.env;
  return input({
    message: 'Region',
    default: CDK_DEFAULT_REGION ?? AWS_REGION ?? 'us-east-1',
    validate: (region) => regionProblem(region) ?? true,
  });
}

async function askRuntime(): Promise<RuntimeAnswers> {
  const source = await select({
    message: 'What should serve?',
    choices: [
      { name: 'the server of llama.cpp, with a model of Hugging Face', value: 'llama' },
      { name: 'a container image of mine, for Arm64', value: 'container' },
    ],
  });
  if (source === 'llama') {
    const repository = await input({
      message: 'Repository with GGUF files',
      default: DEFAULT_REPOSITORY,
      validate: (name) => repositoryProblem(name) ?? true,
    });
    return llamaServer(repository);
  }
  const image = await input({ message: 'Container image', required: true });
  const command = await input({ message: "Arguments, separated by spaces (none: the image's own)" });
  return { image: image.trim(), command: command.split(/\s+/).filter((argument) => argument !== '') };
}

async function askInstanceType(standard: string, region: string): Promise<string> {
  const offered = SUGGESTED_TYPES.filter((type) => InstanceCatalog.isOffered(type, region) !== Offering.NOT_OFFERED);
  const chosen = await select({
    message: 'Instance type',
    choices: [
      ...offered.map((type) => ({ name: typeText(type, region), value: type })),
      { name: 'another', value: OTHER },
    ],
    default: offered.includes(standard) ? standard : offered[0],
  });
  return chosen === OTHER
    ? input({ message: 'Name of the instance type', validate: (type) => instanceTypeProblem(type, region) ?? true })
    : chosen;
}

function typeText(type: string, region: string): string {
  const facts = InstanceCatalog.lookup(type)!;
  return `${type}: ${facts.vcpus} vCPUs, ${facts.memoryGib} GiB, ${priceText(type, region)}`;
}

async function askCount(message: string, standard: number, least: number): Promise<number> {
  const count = await number({ message, default: standard, validate: (value) => countProblem(value, least) ?? true });
  return count ?? standard;
}
