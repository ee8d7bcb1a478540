import { PolicyRule, RuleName } from '../policy-rule';
import { allowedRegions } from './allowed-regions';
import { allowedRuntimeRegistries } from './allowed-runtime-registries';
import { maxKilowatts, maxUsdPerMonth } from './ceilings/ceilings';
import { allowedProcessors } from './instances/allowed-processors';
import { allowedSizes, largestSize } from './instances/instance-sizes';
import { maxInstances } from './instances/max-instances';
import { minOnDemandPercentage } from './instances/min-on-demand-percentage';
import { requirePrivateNetwork } from './network/require-private-network';
import { requireTls } from './network/require-tls';
import { requiredAlarms } from './required-alarms';
import { requiredTags } from './required-tags';

/** Every rule, by its key. */
export const RULES: { readonly [Name in RuleName]: PolicyRule<Name> } = {
  allowedProcessors,
  allowedRegions,
  allowedSizes,
  largestSize,
  maxInstances,
  minOnDemandPercentage,
  maxKilowatts,
  maxUsdPerMonth,
  requiredTags,
  requiredAlarms,
  requirePrivateNetwork,
  requireTls,
  allowedRuntimeRegistries,
};
