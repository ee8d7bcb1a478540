/** What becomes of work that takes longer than the two minutes between a Spot interruption's notice and its end. */
export enum SpotNotice {
  /** A fleet with Spot instances whose longest request does not fit into the notice is an error. */
  MUST_SUFFICE = 'MustSuffice',
  /** Such a fleet is accepted with a warning: an interruption cuts its longest requests, and clients send them again. */
  MAY_CUT = 'MayCut',
}
