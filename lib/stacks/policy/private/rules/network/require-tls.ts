import { Stack } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';
import { PolicyRule } from '../../policy-rule';
import { requirementWidenings } from '../values/requirements';

const WITH_TLS = ['HTTPS', 'TLS'];

interface ListenerAction {
  readonly type?: string;
  readonly redirectConfig?: { readonly protocol?: string };
}

export const requireTls: PolicyRule<'requireTls'> = {
  name: 'requireTls',
  flaws: () => [],
  findings: ({ constructs }, required) =>
    required
      ? constructs
          .filter((construct) => construct instanceof elbv2.CfnListener)
          .filter((listener) => !WITH_TLS.includes(listener.protocol ?? '') && !sendsToTls(listener))
          .map(({ protocol, node }) => ({
            key: 'loadBalancing.certificate',
            got: `${protocol ?? 'no protocol'} at ${node.path}`,
            allowed: 'TLS',
            fix: 'give loadBalancing a certificate',
          }))
      : [],
  widenings: requirementWidenings,
};

/** Whether a listener of plain HTTP does nothing but send clients to TLS. */
function sendsToTls(listener: IConstruct & Pick<elbv2.CfnListener, 'defaultActions'>): boolean {
  const actions = Stack.of(listener).resolve(listener.defaultActions) as ListenerAction[];
  return actions.every(({ type, redirectConfig }) => type === 'redirect' && redirectConfig?.protocol === 'HTTPS');
}
