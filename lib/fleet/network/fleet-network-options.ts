import { FleetEndpoint } from './fleet-endpoint';

/** A new network. */
export interface NewNetworkOptions {
  /**
   * Number of Availability Zones, 2 or 3.
   *
   * @default 2
   */
  readonly zones?: number;
}

/** A new network without a way out. */
export interface IsolatedNetworkOptions extends NewNetworkOptions {
  /**
   * Services that the instances reach by interface endpoints. S3 and DynamoDB have gateway endpoints in any case, which
   * cost nothing.
   *
   * @default - Systems Manager and its messages, Image Builder, CloudWatch logs and metrics, Auto Scaling, Elastic Load
   * Balancing: what builders and the instances of an inference fleet need, 0.14 USD per hour in two zones of us-east-1
   */
  readonly endpoints?: FleetEndpoint[];
}
