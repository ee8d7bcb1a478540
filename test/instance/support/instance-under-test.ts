import * as path from 'node:path';
import { LocalMetadata } from '../../../scripts/local-metadata/local-metadata';
import { Agent } from './agent';
import { RecordedAutoScaling } from './recorded-auto-scaling';

export const GROUP = 'fleet-under-test';
export const HOOK = 'drain';
export const REGION = 'us-east-1';

/** One instance of a fleet as far as its agents see it: its metadata, and the agents that run on it. */
export class InstanceUnderTest {
  public static async launch(
    instanceId: string,
    directory: string,
    autoScaling: RecordedAutoScaling,
  ): Promise<InstanceUnderTest> {
    const metadata = await LocalMetadata.start({ instanceId, region: REGION, autoScalingGroupName: GROUP });
    return new InstanceUnderTest(instanceId, path.join(directory, instanceId), metadata, autoScaling);
  }

  private readonly agents: Agent[] = [];

  private constructor(
    public readonly instanceId: string,
    /** Its files. */
    public readonly directory: string,
    public readonly metadata: LocalMetadata,
    private readonly autoScaling: RecordedAutoScaling,
  ) {}

  /** Starts an agent, whose credentials come from the metadata, as they do on an instance. */
  public start(program: string, configuration: object, environment: NodeJS.ProcessEnv = {}): Agent {
    const agent = new Agent({
      program,
      configuration,
      directory: this.directory,
      environment: {
        AWS_EC2_METADATA_SERVICE_ENDPOINT: this.metadata.endpoint,
        AWS_ENDPOINT_URL_AUTO_SCALING: this.autoScaling.endpoint,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...environment,
      },
    });
    this.agents.push(agent);
    return agent;
  }

  /** Auto Scaling begins to terminate the instance. @param hookWaits whether it is in Terminating:Wait already */
  public terminate(hookWaits = true): void {
    if (hookWaits) {
      this.autoScaling.activateHook(this.instanceId);
    }
    this.metadata.announceTermination();
  }

  /** Auto Scaling takes the instance back into its warm pool, where the termination hook waits too. */
  public returnToPool(state: string): void {
    this.autoScaling.activateHook(this.instanceId);
    this.metadata.announceState(state);
  }

  /** The machine is gone. */
  public async end(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.end()));
    await this.metadata.stop();
  }
}
