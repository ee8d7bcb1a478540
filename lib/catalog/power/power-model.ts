import { InstanceFacts } from '../instances/instance-facts';
import { checkCustomPowerModel, customBand } from '../private/custom-power';
import { instanceFactsByType } from '../private/instance-facts-table';
import { PUBLISHED_POWER_AS_OF, publishedBand } from '../private/published-power';
import { Estimate } from './estimate';
import { CustomPowerModelProps, PowerBand, PublishedPowerModelOptions } from './power-band';
import { PowerCurve } from './power-curve';

type BandOf = (facts: InstanceFacts, modelName: string, curve: PowerCurve) => PowerBand | undefined;

/**
 * A model of the power that instances draw. Its figures are estimates: AWS publishes no watts for any Graviton, and no
 * EC2 guest has a power meter.
 *
 * Never derive a percentage of energy saved from them: the sign of Graviton against x86 flips with the model.
 */
export class PowerModel {
  /**
   * The spread of the public models: Cloud Carbon Footprint, Boavizta, Teads, and SPECpower results of like machines, as
   * collected on 2026-11-22.
   *
   * Low and high are the least and the greatest of the models, typical is their median. Graviton5 is in no public table:
   * its band is a proxy, 0.6 to 1.9 W per vCPU idle and 1.9 to 4.5 W at full load for m9g.
   *
   * Memory: each source states the total of an m instance with 4 GiB per vCPU, memory included. For more memory per vCPU
   * (r, x) the band adds 0.284 to 0.392 W per GiB above it. For less (c) it first takes out of each source what that
   * source counts: 0.392 W per GiB for Cloud Carbon Footprint, 0.284 for Boavizta and, as the least, for Teads; nothing
   * for a machine at the wall, whose memory is not known.
   *
   * Unknown, because no source covers them: 8a, Graviton3E (c7gn, hpc7g), burstable t4g, g5g with its GPUs, and the
   * storage families (i, im, is), whose disks draw more than a model of CPU and memory can tell.
   */
  public static published(options: PublishedPowerModelOptions = {}): PowerModel {
    return new PowerModel(`Public models, ${PUBLISHED_POWER_AS_OF}`, options.curve ?? PowerCurve.LINEAR, publishedBand);
  }

  /**
   * The user's own coefficients, for example from the provider's bill of energy or a bench with the same core.
   *
   * P(u) = vCPU x (idle + (fullLoad - idle) x curve(u)) + GiB x memory. Instance types without coefficients are unknown.
   *
   * @throws FleetConfigError when a coefficient is negative or not finite, when low, typical and high are out of order,
   * when full load is below idle, or when a name is no family or instance type of the catalog.
   */
  public static custom(props: CustomPowerModelProps): PowerModel {
    checkCustomPowerModel(props);
    const { name, curve = PowerCurve.LINEAR } = props;
    return new PowerModel(name, curve, (facts) => customBand(props, facts, curve));
  }

  private constructor(
    /** Name of the model, to stand beside every figure. */
    public readonly name: string,
    /** How power grows from idle to full load. */
    public readonly curve: PowerCurve,
    private readonly bandOf: BandOf,
  ) {}

  /**
   * The power of an instance type at no load and at full load.
   *
   * @returns undefined when the model does not cover the type.
   */
  public band(instanceType: string): PowerBand | undefined {
    const facts = instanceFactsByType().get(instanceType);
    return facts === undefined ? undefined : this.bandOf(facts, this.name, this.curve);
  }

  /**
   * The watts of one instance at a load, between idle and full load by the model's curve, without PUE.
   *
   * @param instanceType for example `m9g.4xlarge`.
   * @param utilization share of the CPU that is busy, 0 to 1.
   * @returns undefined when the model does not cover the type.
   * @throws FleetConfigError when the utilization is outside 0 to 1.
   */
  public watts(instanceType: string, utilization: number): Estimate | undefined {
    const share = this.curve.share(utilization);
    const band = this.band(instanceType);
    return band === undefined ? undefined : between(band.idle, band.fullLoad, share);
  }
}

function between(idle: Estimate, fullLoad: Estimate, share: number): Estimate {
  const at = (from: number, to: number) => from + (to - from) * share;
  return {
    low: at(idle.low, fullLoad.low),
    typical: at(idle.typical, fullLoad.typical),
    high: at(idle.high, fullLoad.high),
  };
}
