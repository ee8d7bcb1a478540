import { FleetStackProps } from '../fleet-stack-props';
import { FleetCellsStackOptions } from './fleet-cells-stack-options';

/** The same fleet several times behind one name, in a stack of its own. */
export interface FleetCellsStackProps extends FleetCellsStackOptions, FleetStackProps {}
