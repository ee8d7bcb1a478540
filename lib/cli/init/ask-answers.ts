import { input, number, select } from '@inquirer/prompts';
import { InstanceCatalog } from '../../catalog';
import { countProblem, instanceTypeProblem, priceText, regionProblem, repositoryProblem } from './answer-problems';
import {
  DEFAULT_REPOSITORY,
  defaultAnswers,
  FleetKind,
  llamaServer,
  ProjectAnswers,
  RuntimeAnswers,
  SMALL_MODEL,
} from './project-answers';
import { locationProblem, memoryProblem, serverFor } from './served-model';

/** Types that are offered as answers; any other can be typed. */
const SUGGESTED_TYPES = ['m9g.2xlarge', 'm9g.4xlarge', 'm9g.8xlarge', 'm8g.4xlarge', 'c8g.4xlarge', 'r8g.4xlarge'];
const OTHER = 'another';

/** What need not be asked. */
export interface SaidAnswers {
  readonly kind?: FleetKind;
  readonly region?: string;
  readonly runtime?: RuntimeAnswers;
  /** Of the project. */
  readonly directory: string;
}

/** Asks for everything that has not been said, each with a default. */
export async function askAnswers(said: SaidAnswers): Promise<ProjectAnswers> {
  const kind = said.kind ?? (await askKind());
  const region = said.region ?? (await askRegion());
  const defaults = defaultAnswers(kind, region);
  const asked = kind === FleetKind.INFERENCE ? () => askRuntime(said.directory) : () => defaults.runtime;
  const runtime = said.runtime ?? (await asked());
  const instanceType = await askInstanceType(defaults.instanceType, region, runtime);
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

async function askRuntime(directory: string): Promise<RuntimeAnswers> {
  const source = await select({
    message: 'What should serve?',
    choices: [
      {
        name: 'the built-in server, with a small public model (Qwen3 0.6B, 0.64 GB, to be downloaded)',
        value: 'small',
      },
      { name: 'the built-in server, with a model of mine: a GGUF file here or in S3', value: 'mine' },
      { name: 'the server of llama.cpp, with a model of Hugging Face', value: 'llama' },
      { name: 'a container image of mine, for Arm64', value: 'container' },
    ],
  });
  if (source === 'small') {
    return SMALL_MODEL;
  }
  if (source === 'mine') {
    const location = await input({
      message: 'GGUF file, or s3://bucket/key',
      validate: (text) => locationProblem(text.trim()) ?? true,
    });
    return serverFor(location.trim(), directory);
  }
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

async function askInstanceType(standard: string, region: string, runtime: RuntimeAnswers): Promise<string> {
  const problem = (type: string) => instanceTypeProblem(type, region) ?? memoryProblem(runtime, type);
  const offered = SUGGESTED_TYPES.filter((type) => problem(type) === undefined);
  const chosen = await select({
    message: 'Instance type',
    choices: [
      ...offered.map((type) => ({ name: typeText(type, region), value: type })),
      { name: 'another', value: OTHER },
    ],
    default: offered.includes(standard) ? standard : offered[0],
  });
  return chosen === OTHER
    ? input({ message: 'Name of the instance type', validate: (type) => problem(type) ?? true })
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
