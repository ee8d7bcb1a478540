import { Token } from 'aws-cdk-lib';

/**
 * A number as a message shows it: one that is only known at deployment is another number until then, which means nothing.
 *
 * @internal
 */
export function numberText(value: number): string {
  return Token.isUnresolved(value) ? 'a value that is only known at deployment' : `${value}`;
}
