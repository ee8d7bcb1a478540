import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { Plugin } from 'esbuild';

/**
 * Gives `graviton-fleet diff` what it reads of AWS's resource types: which properties replace a resource when they change,
 * and which are permissions or rules. The whole database, 180 MB in memory, stays out of the package.
 */
export const serviceSpecPlugin: Plugin = {
  name: 'service-spec',
  setup(build) {
    build.onResolve({ filter: /^@aws-cdk\/aws-service-spec$/ }, ({ path }) => ({ path, namespace: 'service-spec' }));
    build.onLoad({ filter: /.*/, namespace: 'service-spec' }, () => ({ contents: moduleText(), loader: 'js' }));
  },
};

function moduleText(): string {
  const types = Object.fromEntries(
    loadAwsServiceSpecSync()
      .all('resource')
      .map(({ cloudFormationType, scrutinizable, properties }) => [
        cloudFormationType,
        {
          scrutinizable,
          properties: Object.fromEntries(
            Object.entries(properties)
              .filter(
                ([, property]) => property.causesReplacement !== undefined || property.scrutinizable !== undefined,
              )
              .map(([name, property]) => [
                name,
                { causesReplacement: property.causesReplacement, scrutinizable: property.scrutinizable },
              ]),
          ),
        },
      ]),
  );
  return `const types = new Map(Object.entries(${JSON.stringify(types)}));
    export const loadAwsServiceSpecSync = () => ({
      lookup: (entity, index, comparison, type) => (types.has(type) ? [types.get(type)] : []),
    });`;
}
