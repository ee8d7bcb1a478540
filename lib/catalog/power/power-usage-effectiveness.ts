import { FleetConfigError, numberText } from '../../validation';
import * as data from '../data/power-usage-effectiveness.json';
import { ownValue } from '../private/own-value';

/** Whose figure a power usage effectiveness is. */
export enum PueKind {
  /** AWS's figure for the region. */
  REGION = 'region',
  /** AWS's global average, because there is no figure for the region. */
  GLOBAL_AVERAGE = 'globalAverage',
  /** The user's own. */
  USER_SUPPLIED = 'userSupplied',
}

/** The power usage effectiveness of a region. */
export interface PueFigure {
  /** Power of the data centre over power of the servers, at least 1. */
  readonly value: number;
  /** Whose figure it is. */
  readonly kind: PueKind;
  /** Where the figure comes from. */
  readonly source: string;
  /** Year or date of the figure. */
  readonly asOf: string;
}

/** A power usage effectiveness of the user's own. */
export interface CustomPueProps {
  /** Power of the data centre over power of the servers, at least 1. */
  readonly value: number;
  /**
   * Region in which it holds; the others keep AWS's figures.
   * @default - every region
   */
  readonly region?: string;
  /** Where the figure comes from. */
  readonly source: string;
  /** Date of the figure (ISO 8601). */
  readonly asOf: string;
}

/** How much more power a data centre draws than its servers. Watts of a {@link PowerModel} do not include it. */
export class PowerUsageEffectiveness {
  /** AWS's figures of 2024: by region where AWS publishes one, else the global average of 1.15. */
  public static published(): PowerUsageEffectiveness {
    return new PowerUsageEffectiveness();
  }

  /**
   * A figure of the user's own, in one region or in all.
   *
   * @throws FleetConfigError when the value is below 1 or not finite.
   */
  public static custom(props: CustomPueProps): PowerUsageEffectiveness {
    if (!Number.isFinite(props.value) || props.value < 1) {
      throw new FleetConfigError('PowerUsageEffectiveness.custom', [
        {
          what: 'value',
          got: numberText(props.value),
          allowed: 'a number of at least 1',
          fix: 'divide the power of the data centre by that of its servers',
        },
      ]);
    }
    return new PowerUsageEffectiveness(props);
  }

  private constructor(private readonly own?: CustomPueProps) {}

  /**
   * The figure for a region.
   *
   * @param region for example `us-east-1`; an unresolved or unknown region gets the global average.
   */
  public figure(region: string): PueFigure {
    if (this.own && (this.own.region ?? region) === region) {
      const { value, source, asOf } = this.own;
      return { value, kind: PueKind.USER_SUPPLIED, source, asOf };
    }
    const value = ownValue<number>(data.regions.values, region);
    return value === undefined
      ? { value: data.global.value, kind: PueKind.GLOBAL_AVERAGE, source: data.global.source, asOf: data.global.asOf }
      : { value, kind: PueKind.REGION, source: data.regions.source, asOf: data.regions.asOf };
  }
}
