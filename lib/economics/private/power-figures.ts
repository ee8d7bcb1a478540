import { Estimate, GridIntensityBand, PowerBand, PowerKind, PueFigure } from '../../catalog';
import { FleetEstimate } from '../fleet-estimate';

export type PowerFigures = Pick<FleetEstimate, 'idleWatts' | 'fullLoadWatts' | 'powerSource'>;
export type CarbonFigures = Pick<
  FleetEstimate,
  'idleCarbonGramsPerHour' | 'fullLoadCarbonGramsPerHour' | 'carbonSource'
>;

const WATTS_PER_KILOWATT = 1000;

/** Watts of one of the types, whichever it is, `counts` of it. */
export function powerFigures(bands: readonly PowerBand[], counts: readonly number[], pue: PueFigure): PowerFigures {
  const kinds = [...new Set(bands.map(originOf))].join(', ');
  const { modelName, curve } = bands[0];
  return {
    idleWatts: envelope(bands.map(({ idle }, index) => scaled(idle, pue.value * counts[index]))),
    fullLoadWatts: envelope(bands.map(({ fullLoad }, index) => scaled(fullLoad, pue.value * counts[index]))),
    powerSource: `${modelName} (${kinds}, ${curve.name}), times PUE ${pue.value} (${pue.kind}, ${pue.asOf})`,
  };
}

/** A user's model says in source and date what the name of the published one tells. */
function originOf({ kind, asOf, source }: PowerBand): string {
  return kind === PowerKind.USER_CALIBRATED ? `${kind} ${asOf}, ${source}` : kind;
}

/** What the watts make of carbon in an hour. */
export function carbonFigures({ idleWatts, fullLoadWatts }: PowerFigures, grid: GridIntensityBand): CarbonFigures {
  return {
    idleCarbonGramsPerHour: idleWatts && carbonPerHour(idleWatts, grid),
    fullLoadCarbonGramsPerHour: fullLoadWatts && carbonPerHour(fullLoadWatts, grid),
    carbonSource: gridSource(grid),
  };
}

function carbonPerHour(watts: Estimate, grid: GridIntensityBand): Estimate {
  return {
    low: (watts.low * grid.low) / WATTS_PER_KILOWATT,
    typical: (watts.typical * grid.typical) / WATTS_PER_KILOWATT,
    high: (watts.high * grid.high) / WATTS_PER_KILOWATT,
  };
}

function gridSource({ low, typical, high, figures }: GridIntensityBand): string {
  const methods = [...new Set(figures.map(({ method, asOf }) => `${method}, ${asOf}`))].join('; ');
  return `${low} to ${high} g CO2e per kWh, typical ${typical} (${methods})`;
}

/** From the lowest figure of any type to the highest of any type; the typical one is that of the most wanted type. */
function envelope(estimates: readonly Estimate[]): Estimate {
  return {
    low: Math.min(...estimates.map(({ low }) => low)),
    typical: estimates[0].typical,
    high: Math.max(...estimates.map(({ high }) => high)),
  };
}

function scaled({ low, typical, high }: Estimate, factor: number): Estimate {
  return { low: low * factor, typical: typical * factor, high: high * factor };
}
