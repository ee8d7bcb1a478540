import { Duration, Environment } from 'aws-cdk-lib';
import { DeployIdentity } from './deploy-identity';

/** A role for CI. */
export interface DeployRoleProps {
  /** Which jobs may take the role. */
  readonly identity: DeployIdentity;
  /**
   * Accounts and regions that the jobs deploy to. Each must be bootstrapped by `cdk bootstrap`, and other accounts must
   * trust this one (`--trust`).
   *
   * @default - the account and region of the stack
   */
  readonly environments?: Environment[];
  /**
   * Qualifier that the environments were bootstrapped with.
   *
   * @default - the `@aws-cdk/core:bootstrapQualifier` of the app, or 'hnb659fds'
   */
  readonly bootstrapQualifier?: string;
  /**
   * For how long a job may keep the role, from 1 to 12 hours: the time that it waits for an AMI, its tests and a canary.
   *
   * @default Duration.hours(4)
   */
  readonly maxSessionDuration?: Duration;
}
