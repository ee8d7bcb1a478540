import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { PRIVATE_SUBNETS } from '../../image/private/private-subnets';
import { FleetConfigError } from '../../validation';
import { FleetEndpoint } from './fleet-endpoint';
import { IsolatedNetworkOptions, NewNetworkOptions } from './fleet-network-options';
import { createIsolatedVpc, createVpcWithNatGateway } from './private/new-vpc';
import { MAX_ZONES, MIN_ZONES } from './private/zones';

/** What InferenceImage and InferenceFleet do without NAT. */
const DEFAULT_ENDPOINTS = [
  FleetEndpoint.SYSTEMS_MANAGER,
  FleetEndpoint.SYSTEMS_MANAGER_MESSAGES,
  FleetEndpoint.IMAGE_BUILDER,
  FleetEndpoint.CLOUDWATCH_LOGS,
  FleetEndpoint.CLOUDWATCH_METRICS,
  // Without these two no drain ends before its time-out, and an interrupted instance gets requests until it is gone.
  FleetEndpoint.AUTO_SCALING,
  FleetEndpoint.ELASTIC_LOAD_BALANCING,
];

/**
 * A network, and the subnets in it that a fleet uses.
 *
 * @internal
 */
export interface BoundNetwork {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
}

/** The network of a fleet, of its load balancer and of the builders of its image. */
export class FleetNetwork {
  /**
   * A network that you bring.
   *
   * @param vpc the network.
   * @param subnets the subnets of the instances; by default the private ones with a way out. Without a way out they need
   * the endpoints that {@link isolated} makes.
   */
  public static existing(vpc: ec2.IVpc, subnets?: ec2.SubnetSelection): FleetNetwork {
    return new FleetNetwork(() => ({ vpc, vpcSubnets: subnets ?? PRIVATE_SUBNETS }));
  }

  /**
   * A new network whose private subnets have one NAT gateway as their way out: 0.045 USD per hour and per GB in us-east-1
   * (list price 2026). S3 is reached by a gateway endpoint, free of both, so that AMI builds, packages of Amazon Linux and
   * models in S3 cost nothing to fetch. When the zone of the NAT gateway fails, the other zones serve on without a way
   * out.
   *
   * @throws FleetConfigError when `zones` is not 2 or 3
   */
  public static withNatGateway(options: NewNetworkOptions = {}): FleetNetwork {
    const zones = checkedZones('FleetNetwork.withNatGateway', options);
    return new FleetNetwork((scope) => ({
      vpc: createVpcWithNatGateway(scope, zones),
      vpcSubnets: PRIVATE_SUBNETS,
    }));
  }

  /**
   * A new network without a way out and without a way in: no internet gateway, no NAT gateway, no public address. AWS
   * services are reached by endpoints: S3 and DynamoDB free of charge, each other one for 0.01 USD per hour and zone and
   * 0.01 USD per GB in us-east-1 (list price 2026). The seven of the default cost 0.14 USD per hour in two zones, which is
   * more than a NAT gateway that carries less than 2.7 GB per hour beside S3: choose it because nothing can leave. A
   * WorkerFleet also needs `FleetEndpoint.SQS`, and no load balancer's endpoint.
   *
   * What works: packages of Amazon Linux 2023, whose repositories are S3 buckets of the region; models in S3; Session
   * Manager; Image Builder. What does not: container images of registries outside AWS, models of outside hubs
   * (`--hf-repo`), AWS services without an endpoint in the list. Container images come from your Elastic Container
   * Registry with `FleetEndpoint.ECR_API` and `ECR_REGISTRY`.
   *
   * Sources: https://docs.aws.amazon.com/imagebuilder/latest/userguide/vpc-interface-endpoints.html,
   * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html, read 2026-11-23.
   *
   * @throws FleetConfigError when `zones` is not 2 or 3
   */
  public static isolated(options: IsolatedNetworkOptions = {}): FleetNetwork {
    const zones = checkedZones('FleetNetwork.isolated', options);
    const endpoints = [...new Set(options.endpoints ?? DEFAULT_ENDPOINTS)];
    return new FleetNetwork((scope) => ({
      vpc: createIsolatedVpc(scope, zones, endpoints),
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    }));
  }

  private constructor(
    /**
     * Makes the network in a scope, or takes the one that exists.
     *
     * @internal
     */
    public readonly _bind: (scope: Construct) => BoundNetwork,
  ) {}
}

function checkedZones(where: string, { zones = MIN_ZONES }: NewNetworkOptions): number {
  if (!Token.isUnresolved(zones) && Number.isInteger(zones) && zones >= MIN_ZONES && zones <= MAX_ZONES) {
    return zones;
  }
  const got = Token.isUnresolved(zones) ? 'a value that is only known at deployment' : `${zones}`;
  const fix = 'a load balancer needs two zones, and some regions have no more than three';
  throw new FleetConfigError(where, [{ what: 'zones', got, allowed: `${MIN_ZONES} or ${MAX_ZONES}`, fix }]);
}
