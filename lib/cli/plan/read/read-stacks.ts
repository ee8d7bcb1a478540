import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { FigureRange } from '../../../economics/fleet-estimate';
import { StackPlan } from '../plan-report';
import { QuotaFleet, quotaUses } from '../quota/quota-uses';
import { assemblySource } from './assembly-source';
import { monitoringCost } from './monitoring-cost';
import { readFleets } from './read-fleets';
import { securityPosture } from './security-posture';
import { StackSource } from './stack-source';
import { StackTemplate } from './stack-template';

/** Reads every stack of an assembly, nested stages included. */
export function readStacks(assembly: CloudAssembly): StackPlan[] {
  return readSources(assembly.stacksRecursively.map((stack) => assemblySource(stack)));
}

/**
 * Reads stacks together: a meter may measure fleets of other stacks than its own.
 *
 * @param environment name of the stacks' environment; without one it is the account and region of each
 */
export function readSources(sources: readonly StackSource[], environment?: string): StackPlan[] {
  const stacks = sources.map((stack) => {
    const template = new StackTemplate(stack);
    return { template, fleets: readFleets(template, stack.region) };
  });
  const sizes = new Map(
    stacks.flatMap(({ fleets }) => fleets.map(({ plan: { fleet, size } }) => [fleet, size.instances] as const)),
  );
  const instancesOf = (fleet: string) => sizes.get(fleet) ?? { low: 0, high: 0 };
  return stacks.map(({ template, fleets }) => stackPlan(template, fleets, { instancesOf, environment }));
}

interface Surroundings {
  readonly instancesOf: (fleet: string) => FigureRange;
  readonly environment?: string;
}

function stackPlan(
  template: StackTemplate,
  fleets: readonly QuotaFleet[],
  { instancesOf, environment }: Surroundings,
): StackPlan {
  const { stack } = template;
  const { displayName, account, region } = stack;
  return {
    stack: displayName,
    environment: environment ?? `${account ?? 'any account'}, ${region ?? 'any region'}`,
    ...{ account, region },
    fleets: fleets.map(({ plan }) => plan),
    quotas: quotaUses(template, fleets),
    security: securityPosture(template),
    monitoring: monitoringCost(template, instancesOf),
    warnings: stack
      .metadata(ArtifactMetadataEntryType.WARN)
      .map(({ path, data }) => `${path.replace(/^\//, '')}: ${data as string}`),
  };
}
