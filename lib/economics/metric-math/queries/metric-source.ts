import { TimeGrid } from '../time-grid';
import { Points } from '../value';
import { MetricIdentity } from './metric-query';

/** Where the data of metrics comes from. */
export interface MetricSource {
  /**
   * One value for each period of the grid, or nothing where the metric has no data.
   *
   * @throws FleetConfigError when the source has data of the metric, and cannot make this statistic or period of it
   */
  points(metric: MetricIdentity, stat: string, grid: TimeGrid): Points;
}
