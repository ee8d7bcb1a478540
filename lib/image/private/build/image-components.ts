import * as iam from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { KernelBundle } from '../../../kernels';
import { VulnerabilityScan } from '../../builder/vulnerability-scan';
import { ImageComponent } from '../../components/image-component';
import { InferenceRuntime } from '../../runtime';
import { ServerInstallation } from '../../runtime/private/server-installation';
import { ComponentPhases, renderDocument } from '../component-document';
import { Component } from '../image-builder/component';
import { ImageSettings } from '../image-settings';
import { bootCheckPhases } from '../kernels/boot-check-component';
import { kernelComponentPhases } from '../kernels/kernel-component';
import { SourceBundleAssets, sourceBundlePhases } from '../kernels/source-bundle-component';
import { AgentAssets, agentPhases } from '../programs/agents-component';
import { grantReadOfAssets } from './builder-role';

/** The components of an image in the order in which they run, and the digests of its kernels at deployment. */
export interface ImageComponents {
  readonly componentArns: string[];
  /** By the name of the bundle; without those that are compiled on the builder. */
  readonly kernelDigests: Record<string, string>;
  /** What instances must be allowed for what serves. */
  readonly runtimeStatements: iam.PolicyStatement[];
}

/** What puts a bundle on the AMI, and what the builder downloads for it. */
interface KernelInstallation {
  readonly bundle: KernelBundle;
  readonly phases: ComponentPhases;
  readonly assets: Asset[];
}

/**
 * In the order in which one needs the other: the check of kernels runs after each bundle is installed, what compiles
 * bundles leaves the agents' Node.js alone when it is there before, a runtime may run what the user's components install, hardening removes what all of them leave over, and the scan sees the whole.
 */
export function createComponents(
  image: Construct,
  settings: ImageSettings,
  runtime: InferenceRuntime,
  builder: iam.Role,
): ImageComponents {
  const bootCheck = new Component(image, 'BootCheck', {
    description: 'Verifies the kernels at each boot',
    document: renderDocument('BootCheck', bootCheckPhases()),
  });
  const agentAssets = new AgentAssets(image, 'AgentPrograms', {});
  const agents = new Component(image, 'Agents', {
    description: 'Finishes or hands back accepted work before the instance goes',
    document: renderDocument('Agents', agentPhases(agentAssets)),
  });
  const server = runtime._server && new ServerInstallation(image, 'InferenceServer', runtime._server);
  const installations = installationsOf(image, settings.kernels);
  grantReadOfAssets(builder, [
    ...Object.values(agentAssets.programs),
    ...installations.flatMap(({ assets }) => assets),
    ...(server?.assets ?? []),
  ]);
  const kernels = createKernels(image, installations);
  const hardening = settings.components.filter(({ _role }) => _role === 'hardening');
  const others = settings.components.filter((component) => !hardening.includes(component));
  return {
    componentArns: [
      bootCheck.componentArn,
      agents.componentArn,
      ...kernels.map(({ componentArn }) => componentArn),
      ...createGiven(image, others),
      ...createServer(server),
      ...createRuntime(image, runtime),
      ...createGiven(image, hardening),
      ...createScan(image, settings.vulnerabilityScan),
    ],
    kernelDigests: Object.fromEntries(
      kernels.flatMap(({ digest }, index) => (digest === undefined ? [] : [[settings.kernels[index].name, digest]])),
    ),
    runtimeStatements: server?.instancePolicyStatements ?? [],
  };
}

function createKernels(image: Construct, installations: KernelInstallation[]): Component[] {
  return installations.map(({ bundle, phases }) => {
    const id = `Kernels-${bundle.name}`;
    return new Component(image, id, {
      description: 'Compiled Arm64 kernels and their self-test',
      document: renderDocument(id, phases),
      digest: bundle.digest,
    });
  });
}

function installationsOf(image: Construct, bundles: KernelBundle[]): KernelInstallation[] {
  return bundles.map((bundle) => {
    if (bundle._source !== undefined) {
      const assets = new SourceBundleAssets(image, `KernelSource-${bundle.name}`, bundle._source);
      return { bundle, phases: sourceBundlePhases(bundle._source, assets), assets: [assets.source, assets.command] };
    }
    const asset = new Asset(image, `KernelBundle-${bundle.name}`, { path: bundle.directory });
    return { bundle, phases: kernelComponentPhases(bundle, asset), assets: [asset] };
  });
}

/** Apart from the runtime's component: a document that names what is only known at deployment has 16,000 characters. */
function createServer(server: ServerInstallation | undefined): string[] {
  if (server === undefined) {
    return [];
  }
  const component = new Component(server, 'Component', {
    description: 'The inference server and what loads its model',
    document: renderDocument('InferenceServer', server.phases),
  });
  return [component.componentArn];
}

/** Nothing for images on which nothing serves. */
function createRuntime(image: Construct, runtime: InferenceRuntime): string[] {
  if (!runtime._serves) {
    return [];
  }
  const component = new Component(image, 'Runtime', {
    description: 'What serves requests on the instance',
    document: renderDocument('Runtime', runtime._phases),
  });
  return [component.componentArn];
}

/** The components that the user chose, or their defaults. */
function createGiven(image: Construct, components: ImageComponent[]): string[] {
  return components.map(({ name, _source: { document, arn } }) =>
    document === undefined
      ? arn!
      : new Component(image, `Component-${name}`, { description: `${name} of an inference image`, document })
          .componentArn,
  );
}

function createScan(image: Construct, { _phases: phases }: VulnerabilityScan): string[] {
  if (phases === undefined) {
    return [];
  }
  const scan = new Component(image, 'VulnerabilityScan', {
    description: 'Stops the image at known vulnerabilities',
    document: renderDocument('VulnerabilityScan', phases),
  });
  return [scan.componentArn];
}
