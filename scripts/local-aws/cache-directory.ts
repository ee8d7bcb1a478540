import * as path from 'node:path';

/** The project's own directory. */
export const PROJECT_ROOT = path.resolve(__dirname, '..', '..');

/** Where the emulator's Python environment and the resource schemas are kept between runs. */
export const CACHE_DIRECTORY = path.join(PROJECT_ROOT, 'node_modules', '.cache', 'cdk-graviton-fleet', 'local-aws');
