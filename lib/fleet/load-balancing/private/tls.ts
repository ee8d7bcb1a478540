import { Stack } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';

/**
 * What AWS recommends. The documentation of the China regions does not know the policies with post-quantum key exchange
 * (2026-11).
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 * https://docs.amazonaws.cn/en_us/elasticloadbalancing/latest/network/describe-ssl-policies.html
 */
export function recommendedSslPolicy(fleet: Construct): elbv2.SslPolicy {
  const inChina = /^cn-/.test(Stack.of(fleet).region);
  return inChina ? elbv2.SslPolicy.RECOMMENDED_TLS : elbv2.SslPolicy.TLS13_12_RES_PQ;
}
