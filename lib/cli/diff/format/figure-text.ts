import { Band, FigureChange, isSameFigure } from '../model/band';
import { FigureName } from '../model/fleet-change';

/** How a figure is named and counted. */
export const FIGURE_WORDS: Readonly<Record<FigureName, { readonly label: string; readonly unit: string }>> = {
  listUsdPerMonth: { label: 'List price, least size', unit: 'USD per month' },
  greatestListUsdPerMonth: { label: 'List price, greatest size', unit: 'USD per month' },
  effectiveUsdPerMonth: { label: 'Effective price, least size', unit: 'USD per month' },
  greatestEffectiveUsdPerMonth: { label: 'Effective price, greatest size', unit: 'USD per month' },
  idleWatts: { label: 'Power, least size, idle (estimate)', unit: 'W' },
  fullLoadWatts: { label: 'Power, least size, full load (estimate)', unit: 'W' },
  greatestFullLoadWatts: { label: 'Power, greatest size, full load (estimate)', unit: 'W' },
  fullLoadCarbonKilogramsPerMonth: {
    label: 'Carbon, least size, full load (estimate)',
    unit: 'kg CO2e per month',
  },
};

/** The same of what is not a fleet's own. */
export const MONITORING_WORDS = { label: 'Monitoring (alarms, dashboards, meters)', unit: 'USD per month' };

/** A figure on one side: `70 to 166, typically 110`. */
export function bandText(band: Band | undefined): string {
  if (band === undefined) {
    return 'unknown';
  }
  const [low, high] = [numberText(band.low), numberText(band.high)];
  const typical = band.typical === undefined || low === high ? '' : `, typically ${numberText(band.typical)}`;
  return low === high ? low : `${low} to ${high}${typical}`;
}

/** How much a figure grows or shrinks: `+1,143 (+100 %)`. */
export function deltaText(change: FigureChange): string {
  const { before, after } = change;
  if (before === undefined || after === undefined) {
    return 'unknown';
  }
  if (isSameFigure(change)) {
    return 'no change';
  }
  const [low, high] = [after.low - before.low, after.high - before.high].map(signed);
  const grown = low === high ? low : `${low} to ${high}`;
  const percent = before.high > 0 ? ` (${signed((after.high / before.high - 1) * 100)} %)` : '';
  return `${grown}${percent}`;
}

function signed(value: number): string {
  const text = numberText(Math.abs(value));
  return value < 0 ? `-${text}` : `+${text}`;
}

/** Whole numbers from ten on, and two digits behind the point below. */
function numberText(value: number): string {
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
