import { differenceDefinitions } from './difference-schema';
import { JsonSchema } from './json-schema';

const reference = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });
const map = (description: string, items: JsonSchema): JsonSchema => ({
  description,
  type: 'object',
  additionalProperties: items,
});
const texts: JsonSchema = { type: 'array', items: { type: 'string' } };

/** The keys that a fleet of the file has beside the properties of its stack. */
function fleetKeys(construct: string, definition: string): JsonSchema {
  return {
    image: {
      description: 'What goes on the AMI, or the name of one of the `images` of this file.',
      anyOf: [reference('Image'), { type: 'string' }],
    },
    scaling: {
      description: 'What scales the fleet: the methods of the fleet, each with its options.',
      type: 'array',
      items: reference(construct),
    },
    environments: map('The environments in which the fleet stands, and what differs there. Default: in all.', {
      anyOf: [reference(`${definition}Difference`), { type: 'null' }],
    }),
  };
}

/**
 * The document's own shape. Everything in it that is not a name is a property of a construct, whose definition is
 * generated.
 */
export function documentSchema(definitions: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const lifecycle = {
    lifecycle: {
      description: 'How the image is kept up to date: the methods of the image, each with its options.',
      type: 'array',
      items: reference('InferenceImage'),
    },
  };
  const network = {
    description: 'The network of the builders. Default: withNatGateway.',
    ...reference('FleetNetwork'),
  };
  const inference = extended(definitions.InferenceFleetStackProps, fleetKeys('InferenceFleet', 'InferenceFleetEntry'));
  const worker = extended(definitions.WorkerFleetStackProps, fleetKeys('WorkerFleet', 'WorkerFleetEntry'));
  const budget = {
    powerBudget: reference('PowerBudgetProps'),
    costBudget: reference('CostBudgetProps'),
    billingBudget: reference('BillingBudgetProps'),
  };
  const own = {
    ...definitions,
    Environment: ENVIRONMENT,
    Image: extended(definitions.FleetImageOptions, lifecycle),
    SharedImage: extended(definitions.InferenceImageOptions, { ...lifecycle, network }),
    InferenceFleetEntry: inference,
    WorkerFleetEntry: worker,
    BudgetEntry: {
      type: 'object',
      properties: budget,
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
    },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'fleet.yaml',
    description: 'AI fleets on AWS Graviton: fleets, images, dashboards and budgets for one or more environments.',
    ...DOCUMENT,
    definitions: { ...own, ...differenceDefinitions(own, ['InferenceFleetEntry', 'WorkerFleetEntry']) },
  };
}

const ENVIRONMENT: JsonSchema = {
  description: 'Where stacks are deployed to.',
  type: 'object',
  properties: {
    account: {
      description: 'The id of the account, in quotes. Default: CDK_DEFAULT_ACCOUNT.',
      type: 'string',
      pattern: '^[0-9]{12}$',
    },
    region: { description: 'The region, such as `us-east-1`. Default: CDK_DEFAULT_REGION.', type: 'string' },
  },
  additionalProperties: false,
};

const DOCUMENT: JsonSchema = {
  type: 'object',
  properties: {
    environments: map(
      'Accounts and regions by name. Default: one, from CDK_DEFAULT_ACCOUNT and CDK_DEFAULT_REGION.',
      reference('Environment'),
    ),
    policy: { description: 'Files of policy, the widest first. Default: none.', ...texts },
    tags: map('Tags of every stack. Default: none.', { type: 'string' }),
    images: map('Images that several fleets share, by name, in a stack of their own.', reference('SharedImage')),
    inferenceFleets: map('Fleets behind a load balancer, by name.', reference('InferenceFleetEntry')),
    workerFleets: map('Fleets that are fed by a queue, by name.', reference('WorkerFleetEntry')),
    dashboards: map('Dashboards over several fleets of one environment, by name.', reference('FleetDashboardProps')),
    budgets: map('Bounds of power or cost over fleets of one environment, by name.', reference('BudgetEntry')),
  },
  additionalProperties: false,
};

/** An object with further keys, which stand for those of the same name. */
function extended(schema: JsonSchema, keys: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema.properties as JsonSchema), ...keys } };
}
