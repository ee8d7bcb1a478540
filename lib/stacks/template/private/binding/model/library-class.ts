import * as cdk from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as catalog from '../../../../../catalog';
import { ownValue } from '../../../../../catalog/private/own-value';
import * as economics from '../../../../../economics';
import * as fleet from '../../../../../fleet';
import * as image from '../../../../../image';
import * as kernels from '../../../../../kernels';
import { ImageSource } from '../../../../image/image-source';
import { PolicyAlarm } from '../../../../policy/policy-alarm';
import { PolicyKey } from '../../../../policy/policy-key';
import { UnknownPrices } from '../../../../policy/unknown-prices';

/** A class or an enum, by the names of its static members. */
export type LibraryClass = Readonly<Record<string, unknown>>;

const OWN = {
  ...catalog,
  ...kernels,
  ...image,
  ...fleet,
  ...economics,
  ImageSource,
  PolicyAlarm,
  PolicyKey,
  UnknownPrices,
} as Readonly<Record<string, unknown>>;

/** Namespace imports one by one: that of all of aws-cdk-lib loads a module only when it is asked for by its very name. */
const CDK: Readonly<Record<string, unknown>> = {
  aws_autoscaling: autoscaling,
  aws_ec2: ec2,
  aws_elasticloadbalancingv2: elbv2,
  aws_events: events,
  aws_logs: logs,
};
const CDK_PREFIX = 'aws-cdk-lib.';

/** The class or enum that a name in the bindings stands for. */
export function libraryClass(typeName: string): LibraryClass {
  if (!typeName.startsWith(CDK_PREFIX)) {
    return ownValue(OWN, typeName) as LibraryClass;
  }
  const [name, module] = typeName.slice(CDK_PREFIX.length).split('.').reverse();
  return ((module === undefined ? cdk : CDK[module]) as LibraryClass)[name] as LibraryClass;
}
