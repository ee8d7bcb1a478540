import { FLEET_KINDS, FleetKind } from '../../lib/stacks/template/private/model/fleet-kind';
import { differenceDefinitions } from './difference-schema';
import { JsonSchema } from './json-schema';

const reference = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });
const map = (description: string, items: JsonSchema): JsonSchema => ({
  description,
  type: 'object',
  additionalProperties: items,
});
const texts: JsonSchema = { type: 'array', items: { type: 'string' } };

/** The keys that a fleet of the file has beside the properties of its stack; `scaling` only where its class has methods. */
function fleetKeys({ fleet, definition }: FleetKind): JsonSchema {
  const scaling = fleet && {
    scaling: {
      description: 'What scales the fleet: the methods of the fleet, each with its options.',
      type: 'array',
      items: reference(fleet),
    },
  };
  return {
    image: {
      description: 'What goes on the AMI, or the name of one of the `images` of this file.',
      anyOf: [reference('Image'), { type: 'string' }],
    },
    ...scaling,
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
  const fleets = FLEET_KINDS.map((kind) => [kind.definition, extended(definitions[kind.props], fleetKeys(kind))]);
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
    ...(Object.fromEntries(fleets) as Readonly<Record<string, JsonSchema>>),
    BudgetEntry: {
      type: 'object',
      properties: budget,
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
    },
  };
  const entries = FLEET_KINDS.map(({ definition }) => definition);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'fleet.yaml',
    description:
      'AI fleets on AWS Graviton: fleets, images, dashboards, budgets and meters for one or more environments.',
    ...DOCUMENT,
    definitions: { ...own, ...differenceDefinitions(own, entries) },
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
    fleetCells: map(
      'The same fleet several times behind one name of Route 53, by name. Sizes are those of one cell.',
      reference('FleetCellsEntry'),
    ),
    rayClusters: map('Ray clusters, by name. Ray launches the workers.', reference('RayClusterEntry')),
    batchFleets: map('Queues of AWS Batch with their instances, by name.', reference('BatchFleetEntry')),
    dashboards: map('Dashboards over several fleets of one environment, by name.', reference('FleetDashboardProps')),
    meters: map(
      'Exact measurements of mixed and Spot fleets of one environment, by name. Each costs money while it runs.',
      reference('FleetMeterProps'),
    ),
    budgets: map('Bounds of power or cost over fleets of one environment, by name.', reference('BudgetEntry')),
  },
  additionalProperties: false,
};

/** An object with further keys, which stand for those of the same name. */
function extended(schema: JsonSchema, keys: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...(schema.properties as JsonSchema), ...keys } };
}
