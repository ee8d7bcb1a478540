import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { Arm64Instance } from '../../../scripts/arm64-root/arm64-instance';
import { createInstance } from '../../../scripts/arm64-root/arm64-root';
import { ComponentDocument } from '../awstoe/component-document';
import { ComponentRun } from '../awstoe/component-run';
import { parseComponentDocument } from '../awstoe/parse-component-document';
import { boot, BootOutcome } from './boot';
import { LiveInstance, Ports } from './live-instance';
import { ObjectStore } from './object-store';
import { Recipe } from './recipe';

export interface ImagePipelineOptions {
  /** Archive of `ensureArm64Root()`. */
  readonly root: string;
  /** Directory for instances, which exists and is removed by `remove()`. */
  readonly directory: string;
  readonly objects: ObjectStore;
  /** `-cpu` of qemu for the build instance. */
  readonly buildCpu: string;
  /** `-cpu` of qemu for each test instance. @default the build instance's */
  readonly testCpus?: readonly string[];
  /** Node.js for Arm64, which the stand-in of dnf installs. @default a stand-in that runs no program */
  readonly nodeJs?: string;
}

/** Where the stand-in of dnf has Node.js. */
const NODE_JS_PACKAGE = '/usr/share/stand-ins/packages/nodejs22/usr/bin/node-22';

/** Lets a test do harm between two phases. */
export interface Interference {
  /** With the build instance, after the validate phase. */
  readonly beforeSnapshot?: (builder: Arm64Instance) => Promise<void>;
}

/** An instance of an AMI that has booted. */
export interface LaunchedInstance {
  readonly instance: Arm64Instance;
  readonly boot: BootOutcome;
}

/**
 * Builds AMIs from component documents, as Image Builder does: build and validate on one instance, a snapshot, test on
 * a fresh instance of it for each processor, and only then an AMI id.
 */
export class ImagePipeline {
  /** The build instance of the last build; it is gone when the build got as far as a snapshot. */
  public lastBuilder?: Arm64Instance;
  /** How the last test instance booted. */
  public lastTestBoot?: BootOutcome;

  private readonly images = new Map<string, Arm64Instance>();
  private readonly made: Arm64Instance[] = [];
  private readonly live: LiveInstance[] = [];

  public constructor(private readonly options: ImagePipelineOptions) {}

  /** Ids of the AMIs that passed every phase. */
  public get registeredImages(): readonly string[] {
    return [...this.images.keys()];
  }

  /**
   * @returns the id of the AMI
   * @throws InvalidDocument, ComponentFailed; then no AMI is registered
   */
  public async build(recipe: Recipe, { beforeSnapshot }: Interference = {}): Promise<string> {
    const documents = await this.documents(recipe);
    const runs = documents.map((document) => new ComponentRun(document));
    const builder = await this.track(createInstance(this.options.root, this.newDirectory(), this.options.buildCpu));
    this.lastBuilder = builder;
    if (this.options.nodeJs !== undefined) {
      await builder.install(this.options.nodeJs, NODE_JS_PACKAGE);
    }
    for (const phase of ['build', 'validate']) {
      await this.runPhase(runs, phase, builder);
    }
    await beforeSnapshot?.(builder);
    const snapshot = await this.track(builder.copy(this.newDirectory()));
    await builder.remove();
    for (const cpu of this.options.testCpus ?? [this.options.buildCpu]) {
      const tester = await this.track(snapshot.copy(this.newDirectory(), cpu));
      this.lastTestBoot = await boot(tester);
      await this.runPhase(
        documents.map((document) => new ComponentRun(document)),
        'test',
        tester,
      );
      await tester.remove();
    }
    const id = `ami-${createHash('sha256').update(snapshot.directory).digest('hex').slice(0, 17)}`;
    this.images.set(id, snapshot);
    return id;
  }

  /** Boots an instance of an AMI, after whatever a test does to its disk. @throws Error when no AMI has the id */
  public async launch(
    amiId: string,
    qemuCpu: string,
    beforeBoot?: (instance: Arm64Instance) => Promise<void>,
  ): Promise<LaunchedInstance> {
    const instance = await this.instanceOf(amiId, qemuCpu, beforeBoot);
    return { instance, boot: await boot(instance) };
  }

  /** As `launch`, an instance that goes on running. It boots when it is told to. */
  public async launchLive(
    amiId: string,
    qemuCpu: string,
    ports: Ports,
    beforeBoot?: (instance: Arm64Instance) => Promise<void>,
  ): Promise<LiveInstance> {
    const live = await LiveInstance.start(await this.instanceOf(amiId, qemuCpu, beforeBoot), ports);
    this.live.push(live);
    return live;
  }

  /** Removes every instance and image. */
  public async remove(): Promise<void> {
    for (const instance of this.live.splice(0)) {
      await instance.end();
    }
    for (const instance of this.made.splice(0)) {
      await instance.remove();
    }
  }

  private async instanceOf(
    amiId: string,
    qemuCpu: string,
    beforeBoot?: (instance: Arm64Instance) => Promise<void>,
  ): Promise<Arm64Instance> {
    const image = this.images.get(amiId);
    if (image === undefined) {
      throw new Error(`there is no AMI ${amiId}`);
    }
    const instance = await this.track(image.copy(this.newDirectory(), qemuCpu));
    await beforeBoot?.(instance);
    return instance;
  }

  private async documents(recipe: Recipe): Promise<ComponentDocument[]> {
    const documents = [];
    for (const { name, data, uri } of recipe.components) {
      const text = data ?? (await this.options.objects.get(uri!)).toString();
      documents.push(parseComponentDocument(name, text));
    }
    return documents;
  }

  private async runPhase(runs: readonly ComponentRun[], phase: string, instance: Arm64Instance): Promise<void> {
    const restart = async () => void (await boot(instance));
    for (const run of runs) {
      await run.phase(phase, { instance, objects: this.options.objects, restart });
    }
  }

  private newDirectory(): string {
    return path.join(this.options.directory, `instance-${this.made.length + 1}`);
  }

  private async track(making: Promise<Arm64Instance>): Promise<Arm64Instance> {
    const instance = await making;
    this.made.push(instance);
    return instance;
  }
}
