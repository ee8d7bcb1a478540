import { Duration, Environment, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { durationProblems } from '../../fleet/private/range-problems';
import { ProblemList } from '../../validation';
import { DeployRoleProps } from './deploy-role-props';
import { BOOTSTRAP_QUALIFIER_CONTEXT, bootstrapRoleArns, DEFAULT_QUALIFIER } from './private/bootstrap-roles';

const LEAST_SESSION = Duration.hours(1);
const DEFAULT_SESSION = Duration.hours(4);
const LONGEST_SESSION = Duration.hours(12);

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

  /** @throws FleetConfigError with every environment that is not complete, a qualifier that none can be, and a session that IAM refuses */
  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const { partition, account, region } = Stack.of(this);
    const { environments = [{ account, region }], maxSessionDuration } = props;
    const qualifier =
      props.bootstrapQualifier ??
      (this.node.tryGetContext(BOOTSTRAP_QUALIFIER_CONTEXT) as string | undefined) ??
      DEFAULT_QUALIFIER;
    this.check(environments, qualifier, maxSessionDuration);
    this.role = new iam.Role(this, 'Role', {
      description: 'Deploys fleets from CI',
      assumedBy: props.identity._principal(partition, account),
      maxSessionDuration: maxSessionDuration ?? DEFAULT_SESSION,
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: environments.flatMap((environment) => bootstrapRoleArns(partition, qualifier, environment)),
      }),
    );
  }

  private check(environments: Environment[], qualifier: string, maxSessionDuration?: Duration): void {
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
    // Also when it comes from the context of the app: a wildcard would reach roles of other qualifiers.
    if (!/^[A-Za-z0-9]{1,10}$/.test(qualifier)) {
      const fix = 'give what cdk bootstrap --qualifier was given';
      const got = Token.isUnresolved(qualifier) ? 'a value that is only known at deployment' : qualifier;
      problems.add({ what: 'bootstrapQualifier', got, allowed: '1 to 10 letters and digits', fix });
    }
    problems.addAll(durationProblems('maxSessionDuration', maxSessionDuration, LEAST_SESSION, LONGEST_SESSION));
    problems.throwIfAny(this.node.path);
  }
}
