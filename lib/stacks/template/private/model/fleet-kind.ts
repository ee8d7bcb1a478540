/** What the file says of the fleets of one kind, and what they become. */
export interface FleetKind {
  /** The key of the file. */
  readonly section: 'inferenceFleets' | 'workerFleets';
  /** The type of the stack's properties. */
  readonly props: 'InferenceFleetStackProps' | 'WorkerFleetStackProps';
  /** The class of the fleet, whose methods `scaling` names. */
  readonly fleet: 'InferenceFleet' | 'WorkerFleet';
  /** The definition of the schema. */
  readonly definition: string;
}

export const FLEET_KINDS: readonly FleetKind[] = [
  {
    section: 'inferenceFleets',
    props: 'InferenceFleetStackProps',
    fleet: 'InferenceFleet',
    definition: 'InferenceFleetEntry',
  },
  { section: 'workerFleets', props: 'WorkerFleetStackProps', fleet: 'WorkerFleet', definition: 'WorkerFleetEntry' },
];
