import { PropertyInjectors } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * The properties of a construct after the nearest property injector for its class, of the scope or above, as the
 * constructs of aws-cdk-lib have them.
 *
 * Those use a decorator (`aws-cdk-lib/core/lib/prop-injectable`, no part of the documented API). It reads the static id
 * of the class that it wraps, which decorators of the ECMAScript standard give to the class around it, so that it works
 * with TypeScript's older decorators alone; this is the same look-up by the documented API.
 */
export function injectedProps<Props>(uniqueId: string, scope: Construct, id: string, props: Props): Props {
  const injectors = [...scope.node.scopes]
    .reverse()
    .filter((candidate) => PropertyInjectors.hasPropertyInjectors(candidate))
    .map((candidate) => PropertyInjectors.of(candidate as unknown as Construct).for(uniqueId));
  const nearest = injectors.find((injector) => injector !== undefined);
  return nearest ? (nearest.inject(props, { scope, id }) as Props) : props;
}
