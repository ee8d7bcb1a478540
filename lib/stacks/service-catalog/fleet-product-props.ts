import * as s3 from 'aws-cdk-lib/aws-s3';
import { FleetKnobs } from './fleet-knobs';

/** What every fleet of a Service Catalog product is made from. */
export interface FleetProductProps {
  /**
   * Bucket that keeps what the fleet's template refers to: kernels and scripts. The accounts that order the product read
   * from it, so it needs a physical name. The fleet reads from it when it is deployed and when its AMI is built again:
   * delete nothing from it while fleets are there.
   */
  readonly assetBucket: s3.IBucket;
  /**
   * What may be chosen by those who order.
   *
   * @default - nothing
   */
  readonly knobs?: FleetKnobs;
}
