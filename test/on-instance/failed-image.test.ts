import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMULATED_PROCESSORS } from '../../scripts/kernels/emulated-processors';
import { CdkCli, CdkCommandFailed } from '../../scripts/local-aws/cdk-cli';
import { LocalAws } from '../../scripts/local-aws/local-aws';
import { compileSelfTest } from '../kernels-native/compile-self-test';
import { makeBundle, MadeFile, variantFile } from '../support/bundle-maker';
import { ImageBuildServer } from './pipeline/image-build-server';
import { ImagePipeline } from './pipeline/image-pipeline';
import { LocalAwsObjects } from './pipeline/local-aws-objects';
import { useImagePipelines } from './pipeline/use-image-pipelines';

const PROJECT = path.join(__dirname, '../..');
const STACK = 'MinimalFleet';
const GRAVITON5 = EMULATED_PROCESSORS.find(({ name }) => name === 'graviton4-5-like')!.qemuCpu;
const LAUNCH_TEMPLATE = 'AWS::EC2::LaunchTemplate';

const newPipeline = useImagePipelines({ removed: 'after all tests' });
let localAws: LocalAws;
let builder: ImageBuildServer;
let pipeline: ImagePipeline;
let bundle: string;
let cdk: CdkCli;

beforeAll(async () => {
  localAws = await LocalAws.start();
  pipeline = newPipeline({ objects: new LocalAwsObjects(localAws), buildCpu: GRAVITON5 });
  builder = await ImageBuildServer.start(pipeline);
  await localAws.buildImagesAt(builder.url);
  bundle = path.join(localAws.directory, 'bundle');
  cdk = new CdkCli({
    localAws,
    app: `"${process.execPath}" --import tsx "${path.join(PROJECT, 'test/deploy/fixtures/app-with-bundle.ts')}" app.ts`,
    workingDirectory: path.join(PROJECT, 'examples/minimal-fleet'),
    environment: { FLEET_KERNEL_BUNDLE: bundle },
  });
  await cdk.bootstrap();
});

afterAll(async () => {
  await builder?.stop();
  await localAws?.stop();
});

/** Replaces the bundle of the app; the licence tells one from the next. */
function writeBundle(program: string, licence: string): void {
  const content = compileSelfTest(['-march=armv8-a'], path.join(__dirname, 'self-tests', program));
  const selfTest: MadeFile = { path: 'bin/selftest', role: 'selftest', content };
  const text: MadeFile = { path: 'LICENSE', role: 'licence', content: Buffer.from(licence) };
  fs.rmSync(bundle, { recursive: true, force: true });
  makeBundle(bundle, [selfTest, { ...variantFile('only', []), content }, text]);
}

async function launchTemplate(): Promise<{ readonly imageId: unknown; readonly version: unknown }> {
  const { resources } = await localAws.stack(STACK);
  const found = Object.values(resources).filter(({ type }) => type === LAUNCH_TEMPLATE);
  expect(found).toHaveLength(1);
  const data = found[0].properties.LaunchTemplateData as { ImageId: string };
  return { imageId: data.ImageId, version: found[0].attributes.LatestVersionNumber };
}

// The tests build on each other: they are one deployment's life.
test('the launch template names the AMI that passed build, validate and test', async () => {
  writeBundle('exit-zero.c', 'first');
  await cdk.deploy(STACK);
  expect(pipeline.registeredImages).toHaveLength(1);
  expect(await launchTemplate()).toEqual({ imageId: pipeline.registeredImages[0], version: '1' });
});

test('a failed self-test fails the deployment, and the launch template keeps AMI and version', async () => {
  const before = await launchTemplate();
  writeBundle('exit-one.c', 'second');
  const failure = await cdk.deploy(STACK).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(CdkCommandFailed);
  expect((failure as CdkCommandFailed).message).toMatch(/step RunSelfTest of phase validate failed with exit status 1/);
  expect((await localAws.stack(STACK)).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(pipeline.registeredImages).toEqual([before.imageId]);
  expect(await launchTemplate()).toEqual(before);
});

test('the next good bundle rolls out as a new AMI and a new version', async () => {
  const before = await launchTemplate();
  writeBundle('exit-zero.c', 'third');
  await cdk.deploy(STACK);
  expect(pipeline.registeredImages).toHaveLength(2);
  expect(pipeline.registeredImages[0]).toBe(before.imageId);
  expect(await launchTemplate()).toEqual({ imageId: pipeline.registeredImages[1], version: '2' });
});
