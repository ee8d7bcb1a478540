import { PolicyRule, RuleName } from '../policy-rule';
import { allowedProcessors } from './allowed-processors';
import { allowedRegions } from './allowed-regions';
import { allowedRuntimeRegistries } from './allowed-runtime-registries';
import { maxKilowatts, maxUsdPerMonth } from './ceilings';
import { allowedSizes, largestSize } from './instance-sizes';
import { maxInstances } from './max-instances';
import { minOnDemandPercentage } from './min-on-demand-percentage';
import { requirePrivateNetwork } from './require-private-network';
import { requireTls } from './require-tls';
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
