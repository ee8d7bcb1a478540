import { Token } from 'aws-cdk-lib';

/** Whether plain data would be taken for a token of AWS CDK: as a value, or as the only item of a list. */
export function isToken(data: unknown): boolean {
  return Token.isUnresolved(data) || Token.isUnresolved([data]);
}
