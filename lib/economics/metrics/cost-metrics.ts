import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { RangeMetrics } from '../estimate-metrics';
import { FigureRange } from '../fleet-estimate';
import { CostBasis } from './cost-basis';
import { RangeText, splitCost, spotTotal, uniformTotal } from './cost-text';
import { noneWhenEmpty, whereKnown } from './expression-text';
import { BUSY_PERCENT, GroupSeries } from './group-series';
import { PurchaseMix } from './purchase-mix';

/** What is paid for a unit that is on-demand, and one that is Spot; at least one of them, each where there is such a unit. */
export interface EffectiveUnitPrices {
  readonly onDemand?: FigureRange;
  readonly spot?: FigureRange;
}

/** USD per hour of one unit of what the group counts, over the types of the fleet. */
export interface UnitPrices {
  readonly list?: FigureRange;
  /** Known only when the user's prices suffice to tell an effective cost. */
  readonly effective?: EffectiveUnitPrices;
  /** How far the Spot price lies below the list price. */
  readonly spotBelowList?: FigureRange;
}

/** A work that cost is divided by, for example `tokens`, and how much of it at a time. */
export interface CostPerWork {
  readonly id: string;
  readonly metric: cloudwatch.IMetric;
  /** For labels, for example `per million tokens`. */
  readonly label: string;
  readonly howMany: number;
}

const LABELS: Readonly<Record<CostBasis, string>> = {
  [CostBasis.LIST]: 'List price',
  [CostBasis.EFFECTIVE]: 'Effective cost',
};

/** Costs over the free metrics of a group. */
export class CostMetrics {
  public constructor(
    private readonly series: GroupSeries,
    private readonly prices: UnitPrices,
    private readonly purchase: PurchaseMix,
  ) {}

  /** The effective cost when it is known, else the list price. */
  public get basis(): CostBasis | undefined {
    const { effective, list } = this.prices;
    return effective ? CostBasis.EFFECTIVE : list && CostBasis.LIST;
  }

  public cost(basis: CostBasis): RangeMetrics | undefined {
    const text = this.text(basis);
    return text && this.range(LABELS[basis], text);
  }

  public costPer({ id, metric, label, howMany }: CostPerWork, basis = this.basis): RangeMetrics | undefined {
    const text = basis && this.text(basis);
    if (!text) {
      return undefined;
    }
    const { count } = this.series;
    const divided = mapText(text, (each) =>
      whereKnown([count], `(${each}) * PERIOD(${count}) / 3600 * ${howMany} / ${id}`),
    );
    return this.range(`${LABELS[basis]} ${label}`, divided, { [id]: metric });
  }

  public idleCost(basis = this.basis): RangeMetrics | undefined {
    const text = basis && this.text(basis);
    const idle = `(100 - ${BUSY_PERCENT}) / 100`;
    return (
      text &&
      this.range(
        `${LABELS[basis]} of idle CPU`,
        mapText(text, (each) => noneWhenEmpty(this.series.count, whereKnown([BUSY_PERCENT], `(${each}) * ${idle}`))),
      )
    );
  }

  public spotSaving(): RangeMetrics | undefined {
    const { count } = this.series;
    const { spotBelowList: figure } = this.prices;
    if (!figure) {
      return undefined;
    }
    const text = this.purchase.hasOnDemand
      ? spotTotal(count, this.purchase.onDemandText(count), figure)
      : uniformTotal(count, figure);
    return this.range('Spot below list price', text);
  }

  private text(basis: CostBasis): RangeText | undefined {
    const { list, effective } = this.prices;
    return basis === CostBasis.LIST ? list && uniformTotal(this.series.count, list) : effective && this.paid(effective);
  }

  private paid({ onDemand, spot }: EffectiveUnitPrices): RangeText | undefined {
    const { count } = this.series;
    if (onDemand && spot) {
      return splitCost(count, this.purchase.onDemandText(count), onDemand, spot);
    }
    const one = onDemand ?? spot;
    return one && uniformTotal(count, one);
  }

  private range(
    label: string,
    { low, high }: RangeText,
    others: Record<string, cloudwatch.IMetric> = {},
  ): RangeMetrics {
    if (low === high) {
      const metric = this.series.expression(label, low, others);
      return { low: metric, high: metric };
    }
    return {
      low: this.series.expression(`${label}, cheapest mix`, low, others),
      high: this.series.expression(`${label}, dearest mix`, high, others),
    };
  }
}

function mapText({ low, high }: RangeText, change: (text: string) => string): RangeText {
  return { low: change(low), high: change(high) };
}
