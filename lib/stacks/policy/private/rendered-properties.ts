import { CfnResource, Stack } from 'aws-cdk-lib';

/** What is `@internal` in aws-cdk-lib 2.264 to 2.x, and what each resource comes into its template by. */
interface Rendered {
  _toCloudFormation(): object;
}

/** The properties of a resource as its template has them, with what was overridden. */
export function renderedProperties(resource: CfnResource): Readonly<Record<string, unknown>> {
  const { Resources: resources } = Stack.of(resource).resolve(
    (resource as unknown as Rendered)._toCloudFormation(),
  ) as {
    readonly Resources: Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;
  };
  return Object.values(resources)[0]?.Properties ?? {};
}
