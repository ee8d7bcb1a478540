import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
const PARAMETER_NAME = /^(\/[\w.-]+){1,15}$/;
const MAX_LENGTH = 1011;

/** A name that no SSM parameter of the user's can have. */
export function parameterNameProblems(name: string | undefined): Problem[] {
  if (name === undefined || Token.isUnresolved(name)) {
    return [];
  }
  if (PARAMETER_NAME.test(name) && name.length <= MAX_LENGTH && !/^\/(aws|ssm)/i.test(name)) {
    return [];
  }
  const allowed = 'up to 15 parts of letters, digits and ._-, each after a /, not beginning with /aws or /ssm';
  const fix = 'choose a name such as /inference/chat/ami';
  return [{ what: 'parameterName', got: JSON.stringify(name), allowed, fix }];
}
