import { Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetDashboard } from '../economics';
import { FleetCapacity, FleetLoadBalancing, InferenceFleet } from '../fleet';
import { judgeCapacity } from '../fleet/private/check-fleet';
import { InferenceImage } from '../image';
import { KernelBundle } from '../kernels';
import { FleetConfigError } from '../validation';
import { InferenceFleetStackProps } from './inference-fleet-stack-props';
import { createFleetNetwork, FLEET_NETWORK_ZONES } from './private/fleet-network';
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
    checkCapacity(`${this.node.path}/Fleet`, props.capacity, kernels, this.region);
    const vpc = props.vpc ?? createFleetNetwork(this);
    this.image = new InferenceImage(this, 'Image', {
      vpc,
      runtime: props.runtime,
      kernels,
      builderInstanceTypes: smallBuilders(props.capacity.instanceTypes),
    });
    this.fleet = new InferenceFleet(this, 'Fleet', {
      vpc,
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
    return Array.from({ length: FLEET_NETWORK_ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}

/** The fleet checks this as well, but its image is made first and would complain of builders that nobody named. */
function checkCapacity(where: string, capacity: FleetCapacity, kernels: KernelBundle[], region: string): void {
  const { problems } = judgeCapacity(capacity, region, kernels);
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
}
