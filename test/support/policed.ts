import { Tags } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { FleetPolicy, FleetPolicyRules } from '../../lib';
import { existingFleet, inRegion, newApp, newStack } from './fleet-app';

type FleetOptions = Parameters<typeof existingFleet>[1];

/** A fleet of an existing image in a region, with tags. */
export function policedFleet(
  props: FleetOptions = {},
  { region = 'us-east-1', tags = {} }: { readonly region?: string; readonly tags?: Record<string, string> } = {},
) {
  const fleet = existingFleet(newStack(inRegion(region), newApp(), 'Prod'), props);
  Object.entries(tags).forEach(([key, value]) => Tags.of(fleet).add(key, value));
  return fleet;
}

/** What a policy has against everything around a construct at synthesis. */
export function violationsAt(construct: IConstruct, rules: FleetPolicyRules) {
  return violationsOf(construct, FleetPolicy.of(rules));
}

export function violationsOf(construct: IConstruct, policy: FleetPolicy) {
  const app = construct.node.root;
  (app as ReturnType<typeof newApp>).synth();
  return policy._violations(app);
}
