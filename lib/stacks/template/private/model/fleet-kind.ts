/** What the file says of the fleets of one kind, and what they become. */
export interface FleetKind {
  /** The key of the file. */
  readonly section: 'inferenceFleets' | 'workerFleets' | 'fleetCells' | 'rayClusters' | 'batchFleets';
  /** The type of the stack's properties. */
  readonly props:
    | 'InferenceFleetStackProps'
    | 'WorkerFleetStackProps'
    | 'FleetCellsStackProps'
    | 'RayClusterStackProps'
    | 'BatchFleetStackProps';
  /** The class of the fleets, whose methods `scaling` names; nothing where an engine launches the instances by itself. */
  readonly fleet?: 'InferenceFleet' | 'WorkerFleet';
  /** Whether one entry is several fleets. */
  readonly isSeveral?: boolean;
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
  {
    section: 'fleetCells',
    props: 'FleetCellsStackProps',
    fleet: 'InferenceFleet',
    isSeveral: true,
    definition: 'FleetCellsEntry',
  },
  { section: 'rayClusters', props: 'RayClusterStackProps', definition: 'RayClusterEntry' },
  { section: 'batchFleets', props: 'BatchFleetStackProps', definition: 'BatchFleetEntry' },
];
