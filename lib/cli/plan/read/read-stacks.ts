import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { StackPlan } from '../plan-report';
import { quotaUses } from '../quota/quota-uses';
import { assemblySource } from './assembly-source';
import { monitoringCost } from './monitoring-cost';
import { readFleets } from './read-fleets';
import { securityPosture } from './security-posture';
import { StackSource } from './stack-source';
import { StackTemplate } from './stack-template';

/** Reads every stack of an assembly, nested stages included. */
export function readStacks(assembly: CloudAssembly): StackPlan[] {
  return assembly.stacksRecursively.map((stack) => readStack(assemblySource(stack)));
}

/**
 * Reads a stack.
 *
 * @param environment name of the stack's environment; without one it is its account and region
 */
export function readStack(stack: StackSource, environment?: string): StackPlan {
  const { displayName, account, region } = stack;
  const template = new StackTemplate(stack);
  const fleets = readFleets(template, region);
  const sizes = new Map(fleets.map(({ plan: { fleet, size } }) => [fleet, size.instances]));
  return {
    stack: displayName,
    environment: environment ?? `${account ?? 'any account'}, ${region ?? 'any region'}`,
    ...{ account, region },
    fleets: fleets.map(({ plan }) => plan),
    quotas: quotaUses(template, fleets),
    security: securityPosture(template),
    monitoring: monitoringCost(template, (fleet) => sizes.get(fleet) ?? { low: 0, high: 0 }),
    warnings: stack
      .metadata(ArtifactMetadataEntryType.WARN)
      .map(({ path, data }) => `${path.replace(/^\//, '')}: ${data as string}`),
  };
}
