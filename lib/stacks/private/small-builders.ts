import { InstanceCatalog } from '../../catalog';

/** Two vCPUs and at least 4 GiB install packages and pull a container in acceptable time. */
const BUILDER_SIZE = 'large';

/** Small instances of the fleet's own families, so that the self-test runs on the fleet's own processors. */
export function smallBuilders(instanceTypes: string[]): string[] {
  const builders = instanceTypes.map((instanceType) => {
    const small = `${instanceType.split('.')[0]}.${BUILDER_SIZE}`;
    return InstanceCatalog.lookup(small) ? small : instanceType;
  });
  return [...new Set(builders)];
}
