import { Stage, StageProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { FleetCapacity, InferenceFleetStack, InferenceRuntime, KernelBundle } from 'cdk-graviton-fleet';

export interface FleetStageProps extends StageProps {
  /** Directory of the kernels that the pipeline built. */
  readonly kernelDirectory: string;
}

/**
 * The fleet of one region. To deploy it bakes the AMI there, tests it on instances, and rolls it out behind a canary: a
 * region is done when its last instance is.
 */
export class FleetStage extends Stage {
  constructor(scope: Construct, id: string, props: FleetStageProps) {
    super(scope, id, props);
    new InferenceFleetStack(this, 'Chat', {
      image: {
        kernels: [KernelBundle.fromDirectory(props.kernelDirectory)],
        runtime: InferenceRuntime.container({
          image: 'ghcr.io/ggml-org/llama.cpp:server',
          command: ['--host', '0.0.0.0', '--port', '8080', '--hf-repo', 'ggml-org/gemma-3-1b-it-GGUF'],
        }),
      },
      capacity: FleetCapacity.onDemand({ instanceTypes: ['m9g.4xlarge'], minInstances: 2, maxInstances: 10 }),
    });
  }
}
