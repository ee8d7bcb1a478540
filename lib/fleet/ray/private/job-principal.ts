import * as iam from 'aws-cdk-lib/aws-iam';

/** Several roles that get the same grants: a job runs on the head and on the workers. */
export class JobPrincipal implements iam.IPrincipal {
  public readonly grantPrincipal = this;
  public readonly assumeRoleAction: string;
  public readonly policyFragment: iam.PrincipalPolicyFragment;
  public readonly principalAccount?: string;

  constructor(private readonly roles: readonly iam.Role[]) {
    this.assumeRoleAction = roles[0].assumeRoleAction;
    this.principalAccount = roles[0].principalAccount;
    this.policyFragment = new iam.PrincipalPolicyFragment({ AWS: roles.map(({ roleArn }) => roleArn) });
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const [first] = this.roles.map((role) => role.addToPrincipalPolicy(statement));
    return first;
  }
}
