import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { GridIntensity, PowerModel, PowerUsageEffectiveness, PriceBook } from '../catalog';

/** Which models the figures of fleets come from. */
export interface FleetModelOptions {
  /**
   * What the instances draw.
   *
   * @default PowerModel.published()
   */
  readonly powerModel?: PowerModel;
  /**
   * What the instances cost: list prices, what you pay, and Spot prices.
   *
   * @default PriceBook.published()
   */
  readonly priceBook?: PriceBook;
  /**
   * What the data centre draws on top of its servers.
   *
   * @default PowerUsageEffectiveness.published()
   */
  readonly powerUsageEffectiveness?: PowerUsageEffectiveness;
  /**
   * What a kWh of the region's grid emits.
   *
   * @default GridIntensity.published()
   */
  readonly gridIntensity?: GridIntensity;
}

/** Which models the figures of a fleet come from, and what it does. */
export interface FleetEconomicsOptions extends FleetModelOptions {
  /**
   * Tokens that the fleet generates, summed over the period: the runtime counts them. Requests and jobs are counted
   * without charge by load balancer and queue.
   *
   * @default - those that the built-in server generates, without the tokens of prompts, whose work is in the cost of the
   * answers; for another runtime cost and energy per million tokens are unknown
   */
  readonly tokens?: cloudwatch.IMetric;
}
