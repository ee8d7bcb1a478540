import { InferenceFleetStackOptions } from '../inference-fleet-stack-options';
import { CellOptions } from './cell-options';

/** What cells are made from, beside what every stack has. Everything but `cells` is of each cell, its sizes too. */
export interface FleetCellsStackOptions extends InferenceFleetStackOptions {
  /** How many cells, and the name that they share. */
  readonly cells: CellOptions;
}
