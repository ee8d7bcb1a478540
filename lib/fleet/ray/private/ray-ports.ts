import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** Where the head's control service (GCS) listens: only nodes of the cluster find it. */
export const GCS_PORT = 6379;

/** On the head, and on its loopback only: the dashboard, and the API by which jobs are submitted. */
export const DASHBOARD_PORT = 8265;

/**
 * Ports that Ray would choose at random, so that security groups can name them.
 * https://docs.ray.io/en/latest/ray-core/configure.html#ports-configurations, read 2026-11-23
 */
const NODE_PORTS = {
  'node-manager-port': 6380,
  'object-manager-port': 6381,
  'runtime-env-agent-port': 6382,
  'dashboard-agent-grpc-port': 6383,
  'dashboard-agent-listen-port': 6384,
  'metrics-export-port': 6385,
};

/** Ray's own default: one for each process of a task or an actor. */
const WORKER_PORTS = { 'min-worker-port': 10002, 'max-worker-port': 19999 };

/** The ports of any node as arguments of `ray start`. */
export function portArguments(): string[] {
  return Object.entries({ ...NODE_PORTS, ...WORKER_PORTS }).map(([name, port]) => `--${name}=${port}`);
}

/** Every node reaches every other: tasks call each other and fetch each other's objects directly. Nobody else does. */
export function connectNodes(head: ec2.SecurityGroup, workers: ec2.SecurityGroup): void {
  const { 'node-manager-port': first, 'metrics-export-port': last } = NODE_PORTS;
  const { 'min-worker-port': lowest, 'max-worker-port': highest } = WORKER_PORTS;
  head.addIngressRule(workers, ec2.Port.tcp(GCS_PORT), 'Control service of Ray');
  for (const [to, from] of [
    [head, workers],
    [workers, head],
    [workers, workers],
  ]) {
    to.addIngressRule(from, ec2.Port.tcpRange(first, last), 'Ray nodes');
    to.addIngressRule(from, ec2.Port.tcpRange(lowest, highest), 'Tasks and actors of Ray');
  }
}
