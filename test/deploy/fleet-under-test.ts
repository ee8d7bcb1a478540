import * as path from 'node:path';

/** A CDK app with one fleet stack, and how to give it a bundle of kernels. */
export interface FleetUnderTest {
  /** For the names of the tests. */
  readonly name: string;
  /** The directory of the app. */
  readonly directory: string;
  /** The command that runs the app. @default the `app` of its cdk.json */
  readonly app?: string;
  readonly stackName: string;
  /** The bundle to begin with. The suite works on a copy. */
  readonly bundleDirectory: string;
  /** The environment variable through which the app takes the directory of its bundle. */
  readonly bundleVariable: string;
}

const PROJECT = path.join(__dirname, '..', '..');
const FIXTURES = path.join(__dirname, 'fixtures');

/**
 * The command that runs an app whose own kernels are the bundle that the environment names.
 *
 * @param file path of the app, relative to where the command runs; the CDK CLI would strip quotes around it
 */
export function appWithBundle(file: string): string {
  return `"${process.execPath}" --import tsx "${path.join(FIXTURES, 'app-with-bundle.ts')}" ${file}`;
}

/** An app of examples/, which uses the package's own kernels. */
function example(name: string, stackName: string): FleetUnderTest {
  return {
    name: stackName,
    directory: path.join(PROJECT, 'examples', name),
    app: appWithBundle('app.ts'),
    stackName,
    bundleDirectory: path.join(PROJECT, 'kernels', 'build', 'bundle'),
    bundleVariable: 'FLEET_KERNEL_BUNDLE',
  };
}

/** The apps that the suite deploys, one after the other. */
export const FLEETS_UNDER_TEST: readonly FleetUnderTest[] = [
  example('minimal-fleet', 'MinimalFleet'),
  example('worker-fleet', 'WorkerFleet'),
  example('complete-fleet', 'CompleteFleet'),
  example('complete-fleet', 'CompleteWorkers'),
];
