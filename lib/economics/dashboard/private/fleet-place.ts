import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ScalableFleet } from '../../../fleet';

/** Words for a region that is only known at deployment. */
export const UNKNOWN_REGION = 'the region of its stack';

/** The region of a fleet in words. */
export function regionOf(fleet: ScalableFleet): string {
  const { region } = Stack.of(fleet);
  return Token.isUnresolved(region) ? UNKNOWN_REGION : region;
}

/** The account of a fleet, where it is known and not the one of the dashboard. */
export function otherAccountOf(fleet: ScalableFleet, dashboard: Construct): string | undefined {
  const { account } = Stack.of(fleet);
  const isOther = Token.compareStrings(account, Stack.of(dashboard).account) === TokenComparison.DIFFERENT;
  return isOther ? account : undefined;
}

/** Whether only one of two stacks says where it is, so that nothing can be referred to from the other. */
export function isHalfKnown(fleet: ScalableFleet, dashboard: Construct): boolean {
  const [there, here] = [Stack.of(fleet), Stack.of(dashboard)];
  return [Token.compareStrings(there.account, here.account), Token.compareStrings(there.region, here.region)].includes(
    TokenComparison.ONE_UNRESOLVED,
  );
}
