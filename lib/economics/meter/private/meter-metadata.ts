/** Type of the construct metadata that says in the cloud assembly what a meter measures, from which its cost follows. */
export const METER_METADATA = 'cdk-graviton-fleet:meter';

/** What a meter measures. */
export interface MeterDescription {
  /** Construct paths of the fleets. */
  readonly fleets: string[];
  /** Minutes between two measurements. */
  readonly intervalMinutes: number;
}
