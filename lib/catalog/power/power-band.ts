import { Estimate } from './estimate';
import { PowerCurve } from './power-curve';

/** What stands behind an estimate of power. */
export enum PowerKind {
  /** The spread of public models that were made for this processor, or claim to be. */
  MODEL_SPREAD = 'modelSpread',
  /** Models of other processors with the same core or a like build: no public model has this processor. */
  PROXY = 'proxy',
  /** Coefficients that the user gave. */
  USER_CALIBRATED = 'userCalibrated',
}

/** The power that one instance draws at the server, estimated; without PUE, disks, network cards or GPUs. */
export interface PowerBand {
  /** For example `m9g.4xlarge`. */
  readonly instanceType: string;
  /** Watts of the instance at 0 % CPU, its share of the server's idle power and its memory included. */
  readonly idle: Estimate;
  /** Watts of the instance at 100 % CPU, its memory included. */
  readonly fullLoad: Estimate;
  /**
   * Watts per GiB by which memory was counted. Already contained in {@link idle} and {@link fullLoad}: do not add it again.
   * @default - memory is part of the figures per vCPU
   */
  readonly memoryWattsPerGib?: Estimate;
  /** How power grows from {@link idle} to {@link fullLoad}. */
  readonly curve: PowerCurve;
  /** Name of the model. */
  readonly modelName: string;
  /** The models or measurements behind the figures. */
  readonly source: string;
  /** Date of the source (ISO 8601). */
  readonly asOf: string;
  /** What stands behind the figures. */
  readonly kind: PowerKind;
}

/** Coefficients of the power of an instance family, calibrated by the user. */
export interface PowerCoefficients {
  /** Watts per vCPU at 0 % CPU. */
  readonly idleWattsPerVcpu: Estimate;
  /** Watts per vCPU at 100 % CPU. */
  readonly fullLoadWattsPerVcpu: Estimate;
  /**
   * Watts per GiB of memory, added at any load.
   * @default - memory is part of the figures per vCPU
   */
  readonly memoryWattsPerGib?: Estimate;
}

/** How the public models are used. */
export interface PublishedPowerModelOptions {
  /**
   * How power grows from idle to full load.
   * @default PowerCurve.LINEAR
   */
  readonly curve?: PowerCurve;
}

/** A power model of the user's own. */
export interface CustomPowerModelProps {
  /** Name of the model, shown beside every figure. */
  readonly name: string;
  /** Coefficients by family (`m9g`) or by instance type (`m9g.48xlarge`). The instance type wins. */
  readonly coefficients: Record<string, PowerCoefficients>;
  /**
   * How power grows from idle to full load.
   * @default PowerCurve.LINEAR
   */
  readonly curve?: PowerCurve;
  /** How the coefficients were found. */
  readonly source: string;
  /** Date of the calibration (ISO 8601). */
  readonly asOf: string;
}
