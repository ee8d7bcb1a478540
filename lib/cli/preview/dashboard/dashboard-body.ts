import { UsageError } from '../../usage-error';

/** A dashboard as CloudWatch takes it: "Dashboard Body Structure and Syntax" in its API reference. */
export interface DashboardBody {
  /** Start of the time range: an ISO 8601 time, or a duration such as `-PT6H` before now. */
  readonly start?: string;
  readonly end?: string;
  readonly widgets: readonly Widget[];
}

export interface Widget {
  readonly type: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly properties: WidgetProperties;
}

/** The properties of all kinds of widgets that a preview looks at. */
export interface WidgetProperties {
  readonly title?: string;
  readonly region?: string;
  readonly view?: string;
  readonly stacked?: boolean;
  readonly sparkline?: boolean;
  readonly metrics?: readonly (readonly unknown[])[];
  readonly period?: number;
  readonly stat?: string;
  readonly start?: string;
  readonly end?: string;
  readonly setPeriodToTimeRange?: boolean;
  readonly legend?: { readonly position?: string };
  readonly yAxis?: { readonly left?: AxisProperties; readonly right?: AxisProperties };
  readonly annotations?: {
    readonly horizontal?: readonly (HorizontalAnnotation | readonly HorizontalAnnotation[])[];
    readonly vertical?: readonly (VerticalAnnotation | readonly VerticalAnnotation[])[];
    readonly alarms?: readonly string[];
  };
  readonly table?: { readonly summaryColumns?: readonly string[] };
  readonly markdown?: string;
  readonly background?: string;
  readonly alarms?: readonly string[];
  readonly query?: string;
}

export interface AxisProperties {
  readonly label?: string;
  readonly min?: number;
  readonly max?: number;
  readonly showUnits?: boolean;
}

interface Annotation {
  readonly label?: string;
  readonly color?: string;
  readonly fill?: string;
  readonly visible?: boolean;
}

export interface HorizontalAnnotation extends Annotation {
  readonly value: number;
  readonly yAxis?: 'left' | 'right';
}

export interface VerticalAnnotation extends Annotation {
  readonly value: string;
}

/** @throws UsageError when a body is not JSON, or has no array of widgets */
export function parseDashboardBody(where: string, body: unknown): DashboardBody {
  const allowed = 'JSON with an array of widgets, as CloudWatch takes it';
  let parsed: unknown;
  try {
    parsed = typeof body === 'string' ? JSON.parse(body) : body;
  } catch (error) {
    throw new UsageError(
      `${where}: got a DashboardBody that is not JSON (${(error as Error).message}), allowed ${allowed}`,
    );
  }
  const { widgets } = (parsed ?? {}) as { widgets?: unknown };
  if (!Array.isArray(widgets)) {
    throw new UsageError(`${where}: got a DashboardBody without widgets, allowed ${allowed}: add "widgets": []`);
  }
  return parsed as DashboardBody;
}
