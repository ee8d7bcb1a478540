import * as fs from 'node:fs';
import { Aws, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { FleetConfigError, Problem } from '../../validation';
import { ImageFeature } from '../image-feature';
import { ComponentPhases, renderDocument } from '../private/component-document';
import { documentProblems } from '../private/document/document-problems';
import { sizeProblems } from '../private/document/document-size';
import { CloudWatchAgentOptions } from './cloud-watch-agent-options';
import { ComponentCommands } from './component-commands';
import { cloudWatchAgentPhases, cloudWatchAgentProblems, cloudWatchAgentStatements } from './private/cloud-watch-agent';
import { commandPhases, commandProblems } from './private/commands';
import { arnProblems, managedNameProblems } from './private/component-arn';
import { ecsAgentPhases } from './private/ecs-agent';
import { hardeningPhases } from './private/hardening';
import { rayPhases, rayProblems } from './private/ray';
import { tuningPhases, tuningProblems } from './private/tuning';
import { RayOptions } from './ray-options';
import { TuningOptions } from './tuning-options';

/** What an image gets unless it is told otherwise: at most one component of each role. */
type ComponentRole = 'tuning' | 'hardening';

/** Where a component comes from: a document of its own, or one that Image Builder has already. */
interface ComponentSource {
  readonly document?: string;
  readonly arn?: string;
}

/** Something that an image build does, beside installing kernels and runtime. */
export class ImageComponent {
  /**
   * Commands of your own.
   *
   * @throws FleetConfigError when there are none, the name is none, or a command has `{{`, which Image Builder reads as a
   * reference
   */
  public static commands(options: ComponentCommands): ImageComponent {
    refuse('ImageComponent.commands', commandProblems(options));
    return ImageComponent.ofPhases(options.name, commandPhases(options));
  }

  /**
   * A component document of your own, in YAML or JSON, as Image Builder's task executor (AWSTOE) takes it. It is checked
   * here: keys, phases, steps, actions with their inputs, references, length (64 KB; above 16,000 characters it is
   * uploaded).
   *
   * @param path path of the file; its name without the extension becomes the component's
   * @throws FleetConfigError with every problem of the document, and its line
   */
  public static fromDocument(path: string): ImageComponent {
    const where = `component document ${path}`;
    if (!fs.existsSync(path) || !fs.statSync(path).isFile()) {
      const problem = { what: 'path', got: path, allowed: 'a YAML or JSON file', fix: 'correct the path' };
      throw new FleetConfigError(where, [problem]);
    }
    const document = fs.readFileSync(path, 'utf8');
    refuse(where, [...documentProblems(document), ...sizeProblems(document)]);
    const name = path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
    return new ImageComponent(name.replace(/[^A-Za-z0-9-]/g, '-'), { document });
  }

  /**
   * A component that Image Builder has already, yours, shared with you or bought.
   *
   * @param arn ARN with a version such as `1.0.0/1`, `1.0.0`, `1.0.x` or `x.x.x`; an `x` is the newest when the image is
   * next built
   * @throws FleetConfigError when it is no ARN of a component
   */
  public static fromArn(arn: string): ImageComponent {
    refuse('ImageComponent.fromArn', arnProblems(arn));
    return new ImageComponent(Token.isUnresolved(arn) ? 'component' : arn.split('/')[1], { arn });
  }

  /**
   * A component that Amazon manages, in its newest version.
   *
   * @param name its name, for example `update-linux` or `stig-build-linux`
   * @throws FleetConfigError when it cannot be a name
   */
  public static amazonManaged(name: string): ImageComponent {
    refuse('ImageComponent.amazonManaged', managedNameProblems(name));
    const arn = `arn:${Aws.PARTITION}:imagebuilder:${Aws.REGION}:aws:component/${name}/x.x.x`;
    return new ImageComponent(name, { arn });
  }

  /**
   * The CloudWatch agent with memory and root volume in use, each as one metric of the whole fleet, and the permission to
   * send them. Two custom metrics are 0.60 USD per fleet and month (us-east-1 list price 0.30 USD each, 2026); EC2 and
   * Auto Scaling give the others without it.
   *
   * @throws FleetConfigError when the namespace or the interval is none that CloudWatch takes
   */
  public static cloudWatchAgent(options: CloudWatchAgentOptions = {}): ImageComponent {
    refuse('ImageComponent.cloudWatchAgent', cloudWatchAgentProblems(options));
    const statements = cloudWatchAgentStatements(options);
    return ImageComponent.ofPhases('CloudWatchAgent', cloudWatchAgentPhases(options), undefined, statements);
  }

  /**
   * The agent of Amazon ECS and Docker, from the packages of Amazon Linux 2023, for `BatchFleet`. On instances that AWS
   * Batch did not launch the agent stays off.
   */
  public static ecsAgent(): ImageComponent {
    return ImageComponent.ofPhases('EcsAgent', ecsAgentPhases(), undefined, [], [ImageFeature.ECS_AGENT]);
  }

  /**
   * Ray in a Python 3.12 environment of its own, with its dashboard and AWS autoscaler, and the units that join an
   * instance to its `RayCluster`. The builder takes the packages from PyPI. On other instances nothing of it runs.
   *
   * @throws FleetConfigError when a version or a package is not pinned, or too old
   */
  public static ray(options: RayOptions = {}): ImageComponent {
    refuse('ImageComponent.ray', rayProblems(options));
    return ImageComponent.ofPhases('Ray', rayPhases(options), undefined, [], [ImageFeature.RAY]);
  }

  /**
   * Kernel settings for inference on Graviton, set at each boot and read back on a booted instance of the AMI: huge
   * pages, no moving of pages between NUMA nodes. Every image has it; give one with options of your own to replace it.
   *
   * @throws FleetConfigError when a kernel parameter is none
   */
  public static tuning(options: TuningOptions = {}): ImageComponent {
    refuse('ImageComponent.tuning', tuningProblems(options));
    return ImageComponent.ofPhases('Tuning', tuningPhases(options), 'tuning');
  }

  /** Leaves the kernel's settings as the base image has them. */
  public static withoutTuning(): ImageComponent {
    return new ImageComponent('Tuning', {}, 'tuning');
  }

  /**
   * Amazon Linux 2023 made safe to run: security updates when the image is built, no SSH and no EC2 Instance Connect, no
   * core dumps, kernel and network settings of the CIS benchmark, file modes, no keys, histories or machine id left over.
   * Systems Manager, Docker and the metadata service keep working. Every image has it, as the last component. It is no
   * certified implementation of a benchmark.
   */
  public static hardening(): ImageComponent {
    return ImageComponent.ofPhases('Hardening', hardeningPhases(), 'hardening');
  }

  /** Leaves hardening to you, or to the base image. */
  public static withoutHardening(): ImageComponent {
    return new ImageComponent('Hardening', {}, 'hardening');
  }

  /**
   * What an image installs: what it was asked for, between the tuning and the hardening that it has by default.
   *
   * @internal
   */
  public static _complete(components: readonly ImageComponent[]): ImageComponent[] {
    const ofRole = (role: ComponentRole) => components.filter((component) => component._role === role);
    const [tuning = [ImageComponent.tuning()], hardening = [ImageComponent.hardening()]] = [
      ofRole('tuning'),
      ofRole('hardening'),
    ].map((found) => (found.length > 0 ? found : undefined));
    const others = components.filter((component) => component._role === undefined);
    return [...tuning, ...others, ...hardening].filter(({ _source: { document, arn } }) => document ?? arn);
  }

  private static ofPhases(
    name: string,
    phases: ComponentPhases,
    role?: ComponentRole,
    statements: iam.PolicyStatement[] = [],
    features: ImageFeature[] = [],
  ): ImageComponent {
    return new ImageComponent(name, { document: renderDocument(name, phases) }, role, statements, features);
  }

  private constructor(
    /** Name of the component, different from the others' of an image. */
    public readonly name: string,
    /** @internal */
    public readonly _source: ComponentSource,
    /** @internal */
    public readonly _role?: ComponentRole,
    /** What the instances of the image must be allowed for the component to work. */
    public readonly instancePolicyStatements: iam.PolicyStatement[] = [],
    /** What the component puts on the AMI that constructs ask for. */
    public readonly features: ImageFeature[] = [],
  ) {}
}

function refuse(where: string, problems: Problem[]): void {
  if (problems.length > 0) {
    throw new FleetConfigError(where, problems);
  }
}
