import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a template is JSON of any shape
export type Json = any;

export interface Resource {
  readonly Type: string;
  readonly Properties: Json;
  readonly DependsOn?: string | string[];
  readonly UpdatePolicy?: Json;
  readonly UpdateReplacePolicy?: string;
}

export interface CloudFormationTemplate {
  readonly Resources: Record<string, Resource>;
  readonly Parameters?: Record<string, Json>;
  readonly Outputs?: Record<string, Json>;
}

/** The template of a stack, as CloudFormation gets it. */
export function templateOf(stack: Stack): CloudFormationTemplate {
  return Template.fromStack(stack).toJSON() as CloudFormationTemplate;
}

/** Logical ids and resources of a type. */
export function resourcesOf(template: CloudFormationTemplate, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The one resource of a type. */
export function onlyResource(template: CloudFormationTemplate, type: string): [string, Resource] {
  const found = resourcesOf(template, type);
  if (found.length !== 1) {
    throw new Error(`${found.length} resources of ${type}, expected 1`);
  }
  return found[0];
}

/** The alarms but for those by which fleets watch their roll-outs. */
export function otherAlarmsOf(template: CloudFormationTemplate): [string, Resource][] {
  return resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(
    ([id]) => !/Rollout(Illegal|Server|Unhealthy)/.test(id),
  );
}
