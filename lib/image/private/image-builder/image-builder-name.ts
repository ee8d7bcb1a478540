import { Names } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Names are 3 to 128 characters long: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateComponent.html */
const MAX_NAME_LENGTH = 126;

/** Image Builder has no generated names: its resources must be named, and names must differ in an account and region. */
export function imageBuilderName(scope: Construct, maxLength = MAX_NAME_LENGTH): string {
  return Names.uniqueResourceName(scope, { maxLength, separator: '-' });
}
