import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Estimate, GridIntensityBand, PowerCurve } from '../../catalog';
import { EstimateMetrics } from '../estimate-metrics';
import { literal } from './expression-text';
import { GroupSeries } from './group-series';
import { powerPerText, powerText } from './power-text';

/** Watts of one unit of what the group counts. */
export interface UnitPower {
  readonly idle: Estimate;
  readonly fullLoad: Estimate;
  readonly curve: PowerCurve;
}

/** A work that energy is divided by, for example `tokens`, and how much of it at a time. */
export interface PerWork {
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  /** For labels, for example `per million tokens`. */
  readonly label: string;
  /** Divisor of watt-seconds that makes the wanted unit. */
  readonly wattSeconds: string;
}

type End = keyof Estimate;

/** Power, and what is in proportion to it, over the free metrics of a group. */
export class PowerMetrics {
  public constructor(
    private readonly series: GroupSeries,
    private readonly unit: UnitPower,
  ) {}

  public power(): EstimateMetrics {
    return this.estimate('Power', (end) => this.text(end));
  }

  public energy(): EstimateMetrics {
    return this.estimate('Energy', (end) => this.text(end, ` * PERIOD(${this.series.count}) / 3600000`));
  }

  public carbon(grid: GridIntensityBand): EstimateMetrics {
    return this.estimate('Carbon', (end) => this.text(end, ` * ${literal(grid[end])} / 1000`));
  }

  public energyPer({ id, metric, label, wattSeconds }: PerWork): EstimateMetrics {
    const { count } = this.series;
    const factor = ` * PERIOD(${count}) / ${wattSeconds} / ${id}`;
    return this.estimate(`Energy ${label}`, (end) => powerPerText(count, this.watts(end), this.unit.curve, factor), {
      [id]: metric,
    });
  }

  private text(end: End, factor = ''): string {
    return powerText(this.series.count, this.watts(end), this.unit.curve, factor);
  }

  private watts(end: End): { idle: number; fullLoad: number } {
    return { idle: this.unit.idle[end], fullLoad: this.unit.fullLoad[end] };
  }

  private estimate(
    label: string,
    textOf: (end: End) => string,
    others: Record<string, cloudwatch.IMetric> = {},
  ): EstimateMetrics {
    const of = (end: End) => this.series.expression(`${label}, ${end} estimate`, textOf(end), others);
    return { low: of('low'), typical: of('typical'), high: of('high') };
  }
}
