import { CloudFormationTemplate, onlyResource } from './template';

/** What a CI system says of a job in its signed token. */
export type TokenClaims = Readonly<Record<string, string>>;

interface TrustStatement {
  readonly Action: string;
  readonly Effect: string;
  readonly Principal: { readonly Federated: unknown };
  readonly Condition: Record<string, Record<string, string | string[]>>;
}

/** The one statement that says who may take the one role of a template. */
export function trustOf(template: CloudFormationTemplate): TrustStatement {
  const [, { Properties }] = onlyResource(template, 'AWS::IAM::Role');
  const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: TrustStatement[] };
  if (Statement.length !== 1) {
    throw new Error(`${Statement.length} statements of trust, expected one`);
  }
  return Statement[0];
}

/**
 * Whether IAM would let a token of an issuer in. Each key of each operator must hold, and any of its values; a claim that
 * the token lacks fails. Operators other than StringEquals are refused, so that no pattern comes in unseen.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function letsIn({ Action, Effect, Condition }: TrustStatement, issuer: string, claims: TokenClaims): boolean {
  if (Action !== 'sts:AssumeRoleWithWebIdentity' || Effect !== 'Allow') {
    return false;
  }
  return Object.entries(Condition).every(([operator, keys]) => {
    if (operator !== 'StringEquals') {
      throw new Error(`${operator} compares by more than equality`);
    }
    return Object.entries(keys).every(([key, allowed]) => {
      const [, claim] = key.split(`${issuer}:`);
      return claim !== undefined && [allowed].flat().includes(claims[claim]);
    });
  });
}
