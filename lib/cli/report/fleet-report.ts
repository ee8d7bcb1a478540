/** How a figure is known. */
export type FigureKind = 'measured' | 'listed' | 'paid' | 'estimated';

/** A figure over the time of a report. `low` and `high` are equal where there is no range. */
export interface ReportFigure {
  readonly low: number;
  /** Of estimates alone. */
  readonly typical?: number;
  readonly high: number;
  readonly kind: FigureKind;
  /** Where it comes from, and of when that is. */
  readonly source: string;
}

/** What a fleet did, and what that cost and drew. Without work there is no figure per work. */
export interface WorkReport {
  /** Tokens, requests or jobs. */
  readonly count: number;
  readonly source: string;
  /** Of which the figures below are. */
  readonly per: number;
  /** USD, effective where that is known, else list. */
  readonly cost?: ReportFigure;
  /** kWh. */
  readonly energy?: ReportFigure;
}

/** A time, as ISO 8601 in UTC; `to` is not in it. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

/** What a fleet cost and drew over a time. A figure that is not known is absent, and `notes` say why. */
export interface FleetReport extends TimeSpan {
  readonly fleet: string;
  readonly stack: string;
  readonly region: string;
  /** Names that AWS gave the resources, by the dimension of their metrics. */
  readonly resources: Readonly<Record<string, string>>;
  /** Minutes. */
  readonly periodMinutes: number;
  /** Periods of which the number of instances is known, and of all. */
  readonly knownPeriods: number;
  readonly periods: number;
  readonly gaps: readonly TimeSpan[];
  readonly instanceHours?: ReportFigure;
  /** Percent of the instance-hours that were idle CPU. */
  readonly idlePercent?: ReportFigure;
  /** USD. */
  readonly listCost?: ReportFigure;
  /** USD. */
  readonly effectiveCost?: ReportFigure;
  /** USD of idle CPU. */
  readonly idleCost?: ReportFigure;
  /** kWh. */
  readonly energy?: ReportFigure;
  /** kg CO2e. */
  readonly carbon?: ReportFigure;
  /** By `tokens`, `requests` and `jobs`. */
  readonly work: Readonly<Record<string, WorkReport>>;
  readonly notes: readonly string[];
}
