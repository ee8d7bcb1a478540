import { buildInstancePrograms } from '../../scripts/build-instance-programs';

/** Builds the programs that every image carries, once before all tests (`globalSetup` of vitest). */
export default async function setup(): Promise<void> {
  await buildInstancePrograms();
}
