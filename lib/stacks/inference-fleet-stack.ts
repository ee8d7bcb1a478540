import { Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetDashboard } from '../economics';
import { FleetCapacity, FleetLoadBalancing, FleetNetwork, InferenceFleet } from '../fleet';
import { MAX_ZONES } from '../fleet/network/private/zones';
import { judgeCapacity } from '../fleet/private/check-fleet';
import { InferenceImage } from '../image';
import { KernelBundle } from '../kernels';
import { FleetConfigError } from '../validation';
import { InferenceFleetStackProps } from './inference-fleet-stack-props';
import { smallBuilders } from './private/small-builders';

/**
 * A fleet in one stack: network, image with kernels, instances behind an internal load balancer, and a dashboard of
 * service, capacity, power and cost.
 */
export class InferenceFleetStack extends Stack {
  /** The AMI. */
  public readonly image: InferenceImage;
  /** The instances and their load balancer. */
  public readonly fleet: InferenceFleet;
  /** The dashboard. */
  public readonly dashboard: FleetDashboard;

  /** @throws FleetConfigError with every problem of the fleet, see {@link InferenceFleet} */
  constructor(scope: Construct, id: string, props: InferenceFleetStackProps) {
    super(scope, id, props);
    const kernels = props.kernels ?? [KernelBundle.builtIn()];
    const capacity = checkedCapacity(`${this.node.path}/Fleet`, props.capacity, kernels, this.region);
    const network = (props.network ?? FleetNetwork.withNatGateway())._bind(this);
    this.image = new InferenceImage(this, 'Image', {
      vpc: network.vpc,
      runtime: props.runtime,
      kernels,
      builder: { instanceTypes: smallBuilders(capacity.instanceTypes), vpcSubnets: network.vpcSubnets },
    });
    this.fleet = new InferenceFleet(this, 'Fleet', {
      ...network,
      image: this.image,
      capacity: props.capacity,
      rollout: props.rollout,
      loadBalancing: FleetLoadBalancing.alb({ certificate: props.certificate }),
    });
    this.dashboard = new FleetDashboard(this, 'Dashboard', { fleets: [this.fleet], ...props.economics });
  }

  /**
   * The first Availability Zones of the region at deployment. CDK would look them up during synthesis, even for a `Vpc`
   * that names its zones, and keep them in cdk.context.json.
   */
  public override get availabilityZones(): string[] {
    return Array.from({ length: MAX_ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}

/** The fleet checks this as well, but its image is made first and would complain of builders that nobody named. */
function checkedCapacity(where: string, wanted: FleetCapacity, kernels: KernelBundle[], region: string): FleetCapacity {
  const { problems, capacity } = judgeCapacity(wanted, region, kernels);
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
  return capacity;
}
