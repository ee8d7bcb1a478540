import * as route53 from 'aws-cdk-lib/aws-route53';
import { InferenceFleetProps } from '../inference-fleet-props';

/** The same fleet several times behind one name. */
export interface FleetCellsProps {
  /** What each cell is. Bounds of its capacity are those of one cell. */
  readonly fleet: InferenceFleetProps;
  /**
   * Number of cells, from 1 to 100: Route 53 takes 100 weighted records of one name.
   * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
   */
  readonly cells: number;
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
