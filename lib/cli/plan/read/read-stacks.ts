import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { CloudAssembly, CloudFormationStackArtifact, UNKNOWN_ACCOUNT, UNKNOWN_REGION } from 'aws-cdk-lib/cx-api';
import { StackPlan } from '../plan-report';
import { quotaUses } from '../quota/quota-uses';
import { monitoringCost } from './monitoring-cost';
import { readFleets } from './read-fleets';
import { securityPosture } from './security-posture';
import { StackTemplate } from './stack-template';

/**
 * Reads every stack of an assembly, nested stages included.
 *
 * @param environment name of the stacks' environment; without one it is their account and region
 */
export function readStacks(assembly: CloudAssembly, environment?: string): StackPlan[] {
  return assembly.stacksRecursively.map((stack) => readStack(stack, environment));
}

function readStack(stack: CloudFormationStackArtifact, environment?: string): StackPlan {
  const account = known(stack.environment.account, UNKNOWN_ACCOUNT);
  const region = known(stack.environment.region, UNKNOWN_REGION);
  const template = new StackTemplate(stack);
  const fleets = readFleets(template, region);
  const most = new Map(fleets.map(({ plan: { fleet, size } }) => [fleet, size.instances?.high ?? 0]));
  return {
    stack: stack.displayName,
    environment: environment ?? `${account ?? 'any account'}, ${region ?? 'any region'}`,
    ...{ account, region },
    fleets: fleets.map(({ plan }) => plan),
    quotas: quotaUses(template, fleets),
    security: securityPosture(template),
    monitoring: monitoringCost(template, (fleet) => most.get(fleet) ?? 0),
    warnings: stack
      .findMetadataByType(ArtifactMetadataEntryType.WARN)
      .map(({ path, data }) => `${path.replace(/^\//, '')}: ${data as string}`),
  };
}

function known(value: string, unknown: string): string | undefined {
  return value === unknown ? undefined : value;
}
