import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { PartitionPlacementOptions, ZoneOptions } from './zone-options';

interface PlacementParts {
  readonly zones?: ZoneOptions;
  readonly strategy?: ec2.PlacementGroupStrategy;
  readonly partitions?: number;
  readonly elasticFabricAdapter?: boolean;
}

/** Where the instances of a fleet run, in relation to each other. */
export class FleetPlacement {
  /** Evenly over the Availability Zones of the subnets, on any hardware. */
  public static zones(options: ZoneOptions = {}): FleetPlacement {
    return new FleetPlacement({ zones: options });
  }

  /**
   * Each instance on a rack of its own (a spread placement group). At most seven instances run in each zone at a time,
   * those that a roll-out adds for a while included.
   */
  public static racks(options: ZoneOptions = {}): FleetPlacement {
    return new FleetPlacement({ zones: options, strategy: ec2.PlacementGroupStrategy.SPREAD });
  }

  /** On several partitions per zone that share no rack, so that a failed rack takes one partition at most. */
  public static partitions(options: PartitionPlacementOptions = {}): FleetPlacement {
    const partitions = options.count ?? 3;
    return new FleetPlacement({ zones: options, strategy: ec2.PlacementGroupStrategy.PARTITION, partitions });
  }

  /**
   * Close together in the first zone of the subnets (a cluster placement group), for instances that talk to each other
   * more than to clients. The fleet fails with that zone, and starting one large fleet at once, of one type, is likelier
   * to find capacity than adding to it later.
   */
  public static cluster(): FleetPlacement {
    return new FleetPlacement({ strategy: ec2.PlacementGroupStrategy.CLUSTER });
  }

  /**
   * As {@link cluster}, with an Elastic Fabric Adapter on each instance. Of Graviton5 only 48xlarge and metal-48xl have
   * it. The image must bring libfabric; the adapter costs nothing.
   */
  public static elasticFabric(): FleetPlacement {
    return new FleetPlacement({ strategy: ec2.PlacementGroupStrategy.CLUSTER, elasticFabricAdapter: true });
  }

  /** @internal */
  public readonly _zones: ZoneOptions;
  /** @internal */
  public readonly _strategy?: ec2.PlacementGroupStrategy;
  /** @internal */
  public readonly _partitions?: number;
  /** @internal */
  public readonly _elasticFabricAdapter: boolean;

  private constructor(parts: PlacementParts) {
    this._zones = parts.zones ?? {};
    this._strategy = parts.strategy;
    this._partitions = parts.partitions;
    this._elasticFabricAdapter = parts.elasticFabricAdapter ?? false;
  }

  /**
   * Whether all instances run in one zone.
   *
   * @internal
   */
  public get _inOneZone(): boolean {
    return this._strategy === ec2.PlacementGroupStrategy.CLUSTER;
  }
}
