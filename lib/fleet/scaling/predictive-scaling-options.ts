import { PredictiveLoad } from './predictive-load';

/** What becomes of a forecast. */
export enum PredictiveScalingMode {
  /** It is drawn beside the real load, so that you can judge it, and nothing is scaled. */
  FORECAST_ONLY = 'ForecastOnly',
  /** Instances are started ahead of the load. Predictive scaling never takes any away: another policy must. */
  FORECAST_AND_SCALE = 'ForecastAndScale',
}

/** Scaling by a forecast from the load of the last 14 days. */
export interface PredictiveScalingOptions {
  /**
   * The load that is forecast, and how much of it an instance takes.
   *
   * @default PredictiveLoad.cpuUtilization(60)
   */
  readonly load?: PredictiveLoad;
  /**
   * What becomes of the forecast.
   *
   * @default PredictiveScalingMode.FORECAST_ONLY
   */
  readonly mode?: PredictiveScalingMode;
}
