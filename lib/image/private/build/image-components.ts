import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { InferenceRuntime } from '../../inference-runtime';
import { ComponentPhases, renderDocument } from '../component-document';
import { Component } from '../image-builder/component';
import { ImageSettings } from '../image-settings';
import { kernelComponentPhases } from '../kernel-component';
import { grantReadOfAssets } from './builder-role';

/** The components of an image in the order in which they run, and the digests of its kernels at deployment. */
export interface ImageComponents {
  readonly componentArns: string[];
  /** By the name of the bundle; without those that are compiled on the builder. */
  readonly kernelDigests: Record<string, string>;
}

/** Kernels, runtime, the components of the user between tuning and hardening, and last the scan of all that. */
export function createComponents(
  image: Construct,
  settings: ImageSettings,
  runtime: InferenceRuntime,
  builder: iam.Role,
): ImageComponents {
  const kernels = createKernelComponents(image, settings, builder);
  const { _phases: scan } = settings.vulnerabilityScan;
  const others = settings.components.map(({ name, _source: { document, arn } }) =>
    document === undefined
      ? arn!
      : new Component(image, `Component-${name}`, { description: `${name} of an inference image`, document })
          .componentArn,
  );
  return {
    componentArns: [
      ...kernels.map(({ component }) => component.componentArn),
      createRuntime(image, runtime).componentArn,
      ...others,
      ...(scan ? [createScan(image, scan).componentArn] : []),
    ],
    kernelDigests: Object.fromEntries(
      kernels.flatMap(({ name, component: { digest } }) => (digest === undefined ? [] : [[name, digest]])),
    ),
  };
}

function createKernelComponents(image: Construct, { kernels }: ImageSettings, builder: iam.Role) {
  const assets = kernels.map((bundle) => new Asset(image, `KernelBundle-${bundle.name}`, { path: bundle.directory }));
  grantReadOfAssets(builder, assets);
  return kernels.map((bundle, index) => {
    const id = `Kernels-${bundle.name}`;
    const component = new Component(image, id, {
      description: 'Compiled Arm64 kernels and their self-test',
      document: renderDocument(id, kernelComponentPhases(bundle, assets[index])),
      digest: bundle.digest,
    });
    return { name: bundle.name, component };
  });
}

function createRuntime(image: Construct, { _phases }: InferenceRuntime): Component {
  return new Component(image, 'Runtime', {
    description: 'What serves requests on the instance',
    document: renderDocument('Runtime', _phases),
  });
}

function createScan(image: Construct, phases: ComponentPhases): Component {
  return new Component(image, 'VulnerabilityScan', {
    description: 'Stops the image at known vulnerabilities',
    document: renderDocument('VulnerabilityScan', phases),
  });
}
