import * as path from 'node:path';

/** Tests run on the sources: jsii leaves compiled files beside them, which would go stale between two builds. */
export const projectResolution = {
  extensions: ['.ts', '.mjs', '.js', '.json'],
  alias: { 'cdk-graviton-fleet': path.join(import.meta.dirname, 'lib', 'index.ts') },
};
