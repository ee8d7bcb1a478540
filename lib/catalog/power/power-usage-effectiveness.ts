import * as data from '../data/power-usage-effectiveness.json';
import { ownValue } from '../private/own-value';

/** Whose figure a power usage effectiveness is. */
export enum PueKind {
  /** AWS's figure for the region. */
  REGION = 'region',
  /** AWS's global average, because there is no figure for the region. */
  GLOBAL_AVERAGE = 'globalAverage',
}

/** The power usage effectiveness of a region. */
export interface PueFigure {
  /** Power of the data centre over power of the servers, at least 1. */
  readonly value: number;
  /** Whose figure it is. */
  readonly kind: PueKind;
  /** Where the figure comes from. */
  readonly source: string;
  /** Year of the figure. */
  readonly asOf: string;
}

/** How much more power a data centre draws than its servers. Watts of a {@link PowerModel} do not include it. */
export class PowerUsageEffectiveness {
  /** AWS's figures of 2024: by region where AWS publishes one, else the global average of 1.15. */
  public static published(): PowerUsageEffectiveness {
    return new PowerUsageEffectiveness();
  }

  private constructor() {}

  /**
   * The figure for a region.
   *
   * @param region for example `us-east-1`; an unresolved or unknown region gets the global average.
   */
  public figure(region: string): PueFigure {
    const value = ownValue<number>(data.regions.values, region);
    return value === undefined
      ? { value: data.global.value, kind: PueKind.GLOBAL_AVERAGE, source: data.global.source, asOf: data.global.asOf }
      : { value, kind: PueKind.REGION, source: data.regions.source, asOf: data.regions.asOf };
  }
}
