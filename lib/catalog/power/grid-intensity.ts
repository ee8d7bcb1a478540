import { FleetConfigError } from '../../validation';
import * as data from '../data/grid-intensity.json';
import { estimateProblems } from '../private/estimate-problems';
import { ownValue } from '../private/own-value';
import { Estimate } from './estimate';

/** One published figure for the carbon intensity of a grid. */
export interface GridFigure {
  /** g CO2e per kWh. */
  readonly gramsPerKwh: number;
  /** Name of the method, for example `Electricity Maps, average of consumption`. */
  readonly method: string;
  /** Whether the figure is of the next kWh (marginal) or of the average one. */
  readonly marginal: boolean;
  /** Where the figure comes from. */
  readonly source: string;
  /** Year, years or date of the figure. */
  readonly asOf: string;
}

/** A carbon intensity of the user's own, for example of a power purchase agreement or of the hours in which jobs run. */
export interface CustomGridIntensityProps {
  /** g CO2e per kWh. */
  readonly gramsPerKwh: Estimate;
  /** Name of the method, for example `market-based, our contract`. */
  readonly method: string;
  /**
   * Whether the figures are of the next kWh (marginal) or of the average one.
   * @default false
   */
  readonly marginal?: boolean;
  /**
   * Region in which they hold; the others keep the published figures.
   * @default - every region
   */
  readonly region?: string;
  /** Where the figures come from. */
  readonly source: string;
  /** Date of the figures (ISO 8601). */
  readonly asOf: string;
}

/** The carbon intensity of the grid of a region, in g CO2e per kWh, location-based. */
export interface GridIntensityBand {
  /** For example `us-west-2`. */
  readonly region: string;
  /** The lowest figure of all methods. */
  readonly low: number;
  /** The median of the averages; of an even number of them the mean of the middle two. */
  readonly typical: number;
  /** The highest figure of all methods, most often the marginal one. */
  readonly high: number;
  /** The method of {@link low}. */
  readonly lowMethod: string;
  /** The method or the two methods of {@link typical}. */
  readonly typicalMethod: string;
  /** The method of {@link high}. */
  readonly highMethod: string;
  /** Every figure, lowest first. With a single figure the band has no width, which is no certainty. */
  readonly figures: GridFigure[];
}

/**
 * The carbon intensity of the grid by region, as a band that names its methods, for these disagree: where the grid has much
 * water or nuclear power, averages up to sixfold (ca-central-1), and the marginal figure from the least average up to
 * ninetyfold (eu-north-1); elsewhere up to fourfold.
 */
export class GridIntensity {
  /**
   * Our World in Data and Ember (2022 to 2023), Cloud Carbon Footprint (2020 to 2022), Electricity Maps (2023) and
   * WattTime (marginal, 2023), as published in codecarbon, cloud-carbon-footprint and real-time-cloud.
   */
  public static published(): GridIntensity {
    return new GridIntensity();
  }

  /**
   * Figures of the user's own, in one region or in all.
   *
   * @throws FleetConfigError when a figure is negative or not finite, or low, typical and high are out of order.
   */
  public static custom(props: CustomGridIntensityProps): GridIntensity {
    const problems = estimateProblems('gramsPerKwh', props.gramsPerKwh, 'g CO2e per kWh');
    if (problems.length > 0) {
      throw new FleetConfigError('GridIntensity.custom', problems);
    }
    return new GridIntensity(props);
  }

  private constructor(private readonly own?: CustomGridIntensityProps) {}

  /**
   * The band of a region.
   *
   * @param region for example `us-west-2`.
   * @returns undefined when no method has the region, or when the region is unresolved and no figure holds everywhere.
   */
  public band(region: string): GridIntensityBand | undefined {
    if (this.own && (this.own.region ?? region) === region) {
      return customBand(region, this.own);
    }
    const figures = figuresOf(region);
    if (figures.length === 0) {
      return undefined;
    }
    const low = figures[0];
    const high = figures[figures.length - 1];
    const averages = figures.filter((figure) => !figure.marginal);
    const middle = [averages[(averages.length - 1) >> 1], averages[averages.length >> 1]];
    return {
      region,
      low: low.gramsPerKwh,
      typical: (middle[0].gramsPerKwh + middle[1].gramsPerKwh) / 2,
      high: high.gramsPerKwh,
      lowMethod: low.method,
      typicalMethod: [...new Set(middle.map((figure) => figure.method))].join(' and '),
      highMethod: high.method,
      figures,
    };
  }
}

function customBand(region: string, props: CustomGridIntensityProps): GridIntensityBand {
  const { gramsPerKwh, method, marginal = false, source, asOf } = props;
  const { low, typical, high } = gramsPerKwh;
  const methods = { lowMethod: method, typicalMethod: method, highMethod: method };
  const figures = [...new Set([low, typical, high])].map((grams) => ({
    gramsPerKwh: grams,
    ...{ method, marginal, source, asOf },
  }));
  return { region, low, typical, high, ...methods, figures };
}

function figuresOf(region: string): GridFigure[] {
  const regions = data.regions as unknown as Record<string, Record<string, number>>;
  const methods = data.methods as Record<string, { name: string; kind: string; source: string; asOf: string }>;
  const rows = Object.entries(ownValue(regions, region) ?? {});
  return rows
    .map(([id, gramsPerKwh]) => ({
      gramsPerKwh,
      method: methods[id].name,
      marginal: methods[id].kind === 'marginal',
      source: methods[id].source,
      asOf: methods[id].asOf,
    }))
    .sort((a, b) => a.gramsPerKwh - b.gramsPerKwh);
}
