import { Duration, Environment, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ProblemList } from '../../validation';
import { DeployRoleProps } from './deploy-role-props';
import { BOOTSTRAP_QUALIFIER_CONTEXT, bootstrapRoleArns, DEFAULT_QUALIFIER } from './private/bootstrap-roles';

const DEFAULT_SESSION_HOURS = 4;
const MAX_SESSION_HOURS = 12;

/**
 * What a CI job deploys fleets with, without a key: it may take the bootstrap roles of CDK that deploy and that publish
 * files, in the environments that you name, and nothing else.
 *
 * Not among them are the role that publishes container images, of which this library makes none, and the lookup role,
 * which may read everything in the account: fleets look nothing up.
 *
 * CloudFormation itself works with the execution role of the bootstrap stack, which this role cannot take. Whoever may
 * deploy can make it do anything that one may: bound it by `cdk bootstrap --cloudformation-execution-policies`.
 */
export class DeployRole extends Construct {
  /** The role: give its ARN to the workflow. */
  public readonly role: iam.Role;

  /** @throws FleetConfigError with every environment that is not complete, and a session that IAM refuses */
  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const { partition, account, region } = Stack.of(this);
    const { environments = [{ account, region }], maxSessionDuration } = props;
    this.check(props, environments);
    const qualifier =
      props.bootstrapQualifier ??
      (this.node.tryGetContext(BOOTSTRAP_QUALIFIER_CONTEXT) as string | undefined) ??
      DEFAULT_QUALIFIER;
    this.role = new iam.Role(this, 'Role', {
      description: 'Deploys fleets from CI',
      assumedBy: props.identity._principal(partition, account),
      maxSessionDuration: maxSessionDuration ?? Duration.hours(DEFAULT_SESSION_HOURS),
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: environments.flatMap((environment) => bootstrapRoleArns(partition, qualifier, environment)),
      }),
    );
  }

  private check({ maxSessionDuration, bootstrapQualifier }: DeployRoleProps, environments: Environment[]): void {
    const problems = new ProblemList();
    if (environments.length === 0) {
      const fix = 'name one, or leave the option out for that of the stack';
      problems.add({ what: 'environments', got: 'none', allowed: 'at least one', fix });
    }
    environments.forEach(({ account, region }, index) => {
      for (const [name, value, pattern, allowed] of [
        ['account', account, /^\d{12}$/, 'twelve digits'],
        ['region', region, /^[a-z]{2,4}(-[a-z]+)+-\d$/, 'the name of a region, for example us-east-1'],
      ] as const) {
        if (value === undefined || (!Token.isUnresolved(value) && !pattern.test(value))) {
          const fix = 'a wildcard or a gap would reach roles that nobody meant';
          problems.add({ what: `environments[${index}].${name}`, got: value ?? 'nothing', allowed, fix });
        }
      }
    });
    if (bootstrapQualifier !== undefined && !/^[A-Za-z0-9]{1,10}$/.test(bootstrapQualifier)) {
      const fix = 'give what cdk bootstrap --qualifier was given';
      problems.add({ what: 'bootstrapQualifier', got: bootstrapQualifier, allowed: '1 to 10 letters and digits', fix });
    }
    const hours = maxSessionDuration?.toHours({ integral: false });
    if (hours !== undefined && (hours < 1 || hours > MAX_SESSION_HOURS)) {
      const fix = 'give the time of the longest deployment';
      problems.add({
        what: 'maxSessionDuration',
        got: `${hours} hours`,
        allowed: `1 to ${MAX_SESSION_HOURS} hours`,
        fix,
      });
    }
    problems.throwIfAny(this.node.path);
  }
}
