import * as route53 from 'aws-cdk-lib/aws-route53';

/** How often a fleet stands in a stack, and the name under which clients find all of them. */
export interface CellOptions {
  /**
   * Number of cells, from 1 to 100, as far as the resources of all fit into one stack: CloudFormation takes 500, which are
   * 26 cells with an image and a network of their own (counted).
   * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
   */
  readonly count: number;
  /** The hosted zone of the name. A private one must be associated with the clients' networks. */
  readonly hostedZone: route53.IHostedZone;
  /**
   * The name under which clients find the cells, within the zone.
   *
   * @default - the name of the zone itself
   */
  readonly recordName?: string;
  /**
   * Share of each cell, from 0 to 255, in the order of the cells. A cell of weight 0 gets nothing: a way to take one out.
   *
   * @default - the same for all
   */
  readonly weights?: number[];
}
