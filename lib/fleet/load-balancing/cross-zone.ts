/** Whether a load balancer's node in one Availability Zone sends requests to instances in others. */
export enum CrossZone {
  /**
   * Every instance gets its share, however the zones are filled. Free on an Application Load Balancer. On a Network Load
   * Balancer each gigabyte that changes its zone costs 0.01 USD in each direction (us-east-1, list price 2026), and the
   * load balancer takes 500 targets in all.
   */
  ON = 'On',
  /**
   * Requests stay in their zone, which saves a hop between zones. Each zone must then have instances for its own clients: a
   * zone with half as many gets twice the load on each.
   */
  OFF = 'Off',
}
