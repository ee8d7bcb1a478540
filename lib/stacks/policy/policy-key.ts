/** A property of a fleet that a policy may keep teams from setting; the values are the names of the properties. */
export enum PolicyKey {
  /** How a changed AMI reaches the running instances. */
  ROLLOUT = 'rollout',
  /** How instances start and end. */
  LIFECYCLE = 'lifecycle',
  /** The network of the fleet. */
  NETWORK = 'network',
  /** What stands between clients and the instances. */
  LOAD_BALANCING = 'loadBalancing',
  /** Which models the dashboard's figures come from. */
  ECONOMICS = 'economics',
}
