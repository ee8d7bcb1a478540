import { FleetConfigError, numberText } from '../../validation';

/** A point of a curve: utilization, and the share of the way from idle to full load that is drawn there. */
type CurvePoint = readonly [utilization: number, share: number];

/** Teads: shares of the thermal design power at 0, 10, 50 and 100 % of the CPU. */
const TEADS = { idle: 0.12, at10: 0.32, at50: 0.75, full: 1.02 };

/**
 * How power grows from idle to full load with the CPU utilization. Public models agree on neither of the two curves, so
 * that the one which was used stands beside each figure.
 *
 * A curve does not change the watts at idle and at full load. It says where between them a load lies, and goes straight
 * from each of its points to the next.
 */
export class PowerCurve {
  /** In proportion to the utilization, as in Cloud Carbon Footprint (methodology as collected on 2026-11-22). */
  public static readonly LINEAR = new PowerCurve('linear', 'Cloud Carbon Footprint', [
    [0, 0],
    [1, 1],
  ]);

  /**
   * Steep at first, then flatter, as measured by Teads (as collected on 2026-11-22): 0.12, 0.32, 0.75 and 1.02 of the
   * thermal design power at 0, 10, 50 and 100 %.
   *
   * Normalised to the way from idle to full load, (p - 0.12) / (1.02 - 0.12): 0, 0.222, 0.7 and 1. Between idle and full
   * load it lies above {@link LINEAR}, by a fifth of the way at 50 %.
   */
  public static readonly CONCAVE = new PowerCurve('concave', 'Teads', [
    [0, 0],
    [0.1, ofTeads(TEADS.at10)],
    [0.5, ofTeads(TEADS.at50)],
    [1, 1],
  ]);

  private constructor(
    /** Name of the curve, for example `linear`. */
    public readonly name: string,
    /** The model that the curve is from. */
    public readonly source: string,
    /**
     * Points of the curve, by rising utilization; the first is [0, 0], the last [1, 1].
     * @internal
     */
    public readonly _points: readonly CurvePoint[],
  ) {}

  /**
   * The share of the way from idle to full load.
   *
   * @param utilization share of the CPU that is busy, 0 to 1.
   * @returns 0 at idle, 1 at full load.
   * @throws FleetConfigError when the utilization is outside 0 to 1.
   */
  public share(utilization: number): number {
    if (!(utilization >= 0 && utilization <= 1)) {
      throw new FleetConfigError('PowerCurve.share', [
        {
          what: 'utilization',
          got: numberText(utilization),
          allowed: 'a number from 0 to 1',
          fix: 'divide a percentage such as CPUUtilization by 100',
        },
      ]);
    }
    const next = Math.max(
      1,
      this._points.findIndex(([end]) => utilization <= end),
    );
    const [[from, shareFrom], [to, shareTo]] = [this._points[next - 1], this._points[next]];
    return shareFrom + ((utilization - from) / (to - from)) * (shareTo - shareFrom);
  }
}

function ofTeads(shareOfDesignPower: number): number {
  return (shareOfDesignPower - TEADS.idle) / (TEADS.full - TEADS.idle);
}
