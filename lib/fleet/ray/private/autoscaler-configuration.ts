import { Duration } from 'aws-cdk-lib';
import { HEAD_NODE_TYPE, HEAD_RESOURCES, NodeType } from './node-types';

/** What Ray's autoscaler must know. */
export interface AutoscalerOptions {
  readonly clusterName: string;
  readonly region: string;
  readonly nodeTypes: readonly NodeType[];
  readonly maxWorkers: number;
  readonly idleTimeout: Duration;
  readonly launchTemplateId: string;
  readonly launchTemplateVersion: string;
  readonly subnetIds: readonly string[];
}

/**
 * The cluster in the words of Ray's autoscaler (`ray-schema.json` of Ray 2.60).
 *
 * Ray documents starting it by hand on a machine that may launch others: `ray start --head --autoscaling-config=...`
 * (`python/ray/autoscaler/_private/autoscaler.py`). Without node updaters it needs no SSH: nodes join by themselves.
 */
export function autoscalerConfiguration(options: AutoscalerOptions): object {
  const { clusterName, region, nodeTypes, maxWorkers, idleTimeout } = options;
  const workers = nodeTypes.map((type) => [type.name, workerType(type, options)] as const);
  return {
    cluster_name: clusterName,
    max_workers: maxWorkers,
    idle_timeout_minutes: idleTimeout.toMinutes({ integral: false }),
    provider: {
      type: 'aws',
      region,
      disable_node_updaters: true,
      // Version 2 of the autoscaler does not keep the hash of what it launched, and would call each worker outdated at
      // once (seen with Ray 2.60.0). Workers of an earlier head are ended when a head starts.
      disable_launch_config_check: true,
      // Terminates what is idle; a stopped instance would still cost its volume.
      cache_stopped_nodes: false,
      use_internal_ips: true,
    },
    auth: {},
    head_node_type: HEAD_NODE_TYPE,
    available_node_types: {
      // The head is launched by its Auto Scaling group: Ray must know its type, and never launches one.
      [HEAD_NODE_TYPE]: { resources: HEAD_RESOURCES, node_config: {}, min_workers: 0, max_workers: 0 },
      ...Object.fromEntries(workers),
    },
  };
}

function workerType({ instanceType, spot, resources, bounds, priority }: NodeType, options: AutoscalerOptions): object {
  const { launchTemplateId, launchTemplateVersion, subnetIds } = options;
  return {
    min_workers: bounds.min,
    max_workers: bounds.max,
    priority,
    resources,
    // Arguments of EC2's RunInstances, but for SubnetIds, of which Ray takes one.
    node_config: {
      LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: launchTemplateVersion },
      InstanceType: instanceType,
      ...(spot ? { InstanceMarketOptions: { MarketType: 'spot' } } : {}),
      SubnetIds: subnetIds,
    },
  };
}
