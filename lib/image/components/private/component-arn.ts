import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';

/** componentArn of https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ComponentConfiguration.html */
const COMPONENT_ARN = /^arn:aws[^:]*:imagebuilder:[^:]+:(\d{12}|aws(-[a-z-]+)?):component\/[a-z0-9_-]+\/(.+)$/;

/** A version may end in `x`, and only a version without any has builds. */
const VERSION = /^(x\.x\.x|\d+\.x\.x|\d+\.\d+\.x|\d+\.\d+\.\d+(\/\d+)?)$/;

/** An ARN that no recipe takes. */
export function arnProblems(arn: string): Problem[] {
  if (Token.isUnresolved(arn)) {
    return [];
  }
  const version = COMPONENT_ARN.exec(arn)?.[3];
  if (version === undefined) {
    const allowed = 'arn:aws:imagebuilder:REGION:ACCOUNT:component/NAME/VERSION';
    return [{ what: 'arn', got: JSON.stringify(arn), allowed, fix: 'copy the ARN of the component, in lower case' }];
  }
  if (!VERSION.test(version)) {
    const allowed = 'a version such as 1.0.0/1, 1.0.0, 1.0.x, 1.x.x or x.x.x';
    return [{ what: 'arn', got: `the version ${version}`, allowed, fix: 'an x may be followed by x only' }];
  }
  return [];
}

/** A name that no component can have. */
export function managedNameProblems(name: string): Problem[] {
  if (Token.isUnresolved(name) || /^[a-z0-9][a-z0-9_-]+$/.test(name)) {
    return [];
  }
  const allowed = 'a name such as update-linux';
  return [{ what: 'name', got: JSON.stringify(name), allowed, fix: 'give the name without version, in lower case' }];
}
