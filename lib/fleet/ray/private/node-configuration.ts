import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { NodeResources } from './node-types';

const DIRECTORY = '/etc/graviton';

/** What the program that starts Ray on a node reads. */
export interface NodeConfiguration {
  /** Where the head's control service listens. */
  readonly port: number;
  /** Further arguments of `ray start`. */
  readonly arguments: readonly string[];
  /** What tasks may use on a node of each type. */
  readonly resources: Readonly<Record<string, NodeResources>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** The configuration of the autoscaler, which makes the node a head. */
  readonly autoscaler?: object;
}

/** What the program that ends the workers with their head reads. */
export interface RetireConfiguration {
  readonly clusterName: string;
  readonly lifecycleHookName: string;
  /** How long it waits until no worker is left. */
  readonly retireSeconds: number;
}

/** Writes on the first boot what makes the instance a node, and starts it. */
export function configureNode(
  scope: Construct,
  userData: ec2.UserData,
  node: NodeConfiguration,
  retire?: RetireConfiguration,
): void {
  const write = (file: string, content: object) =>
    `cat >${DIRECTORY}/${file} <<'END'\n${Stack.of(scope).toJsonString(content)}\nEND`;
  const other = retire ? 'graviton-ray-retire.service' : 'graviton-ray-drain.service';
  userData.addCommands(
    `mkdir -p ${DIRECTORY}`,
    write('ray.json', node),
    ...(retire ? [write('ray-head.json', retire)] : []),
    // At boot the units had no configuration yet.
    `systemctl start --no-block graviton-ray.service ${other}`,
  );
}
