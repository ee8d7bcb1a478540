import { buildFunctions } from '../../scripts/build-functions';

/** Builds the Lambda functions that constructs deploy, once before all tests (`globalSetup` of vitest). */
export default async function setup(): Promise<void> {
  await buildFunctions();
}
