import { Token } from 'aws-cdk-lib';

/**
 * Regions whose CloudFormation does not know `AWS::Budgets::Budget`, by the resource schemas in aws-cdk-lib 2.276
 * (2026-11). Budgets themselves belong to no region.
 */
const REGIONS_WITHOUT_BUDGETS = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-3', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4'],
  ...['ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-north-1', 'eu-south-1'],
  ...['eu-south-2', 'il-central-1', 'me-central-1', 'mx-central-1', 'us-gov-east-1', 'us-gov-west-1'],
];

/** Whether a stack of the region cannot have a budget; what is only known at deployment may. */
export function lacksBudgets(region: string): boolean {
  return !Token.isUnresolved(region) && REGIONS_WITHOUT_BUDGETS.includes(region);
}

/** Where to put a budget instead. */
export function budgetsElsewhere(region: string): string {
  return region.startsWith('us-gov-')
    ? 'AWS GovCloud (US) has no AWS Budgets: its costs are on the bill of the commercial account that it belongs to'
    : 'make a BillingBudget in a stack of us-east-1: it sees the bill of every region';
}
