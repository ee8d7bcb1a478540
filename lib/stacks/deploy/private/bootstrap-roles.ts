import { DefaultStackSynthesizer, Environment } from 'aws-cdk-lib';

/** https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html, read 2026-11-23. */
export const BOOTSTRAP_QUALIFIER_CONTEXT = '@aws-cdk/core:bootstrapQualifier';

export const DEFAULT_QUALIFIER = DefaultStackSynthesizer.DEFAULT_QUALIFIER;

/** The roles of CDK's bootstrap template that a deployment of files and templates takes. */
const ROLES = ['deploy-role', 'file-publishing-role'];

export function bootstrapRoleArns(partition: string, qualifier: string, { account, region }: Environment): string[] {
  return ROLES.map((role) => `arn:${partition}:iam::${account}:role/cdk-${qualifier}-${role}-${account}-${region}`);
}
