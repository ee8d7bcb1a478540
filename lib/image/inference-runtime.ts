import { FleetConfigError } from '../validation';
import { ContainerRuntimeOptions } from './container-runtime-options';
import { ComponentPhases } from './private/component-document';
import { containerPhases, containerProblems } from './private/container-component';

/** What serves requests on the instance, and the contract by which a fleet reaches it. */
export class InferenceRuntime {
  /**
   * An OCI image for Arm64 that serves HTTP. It is pulled when the AMI is built, so that an instance starts without a
   * registry, and run by systemd with the kernels mounted read-only under `/opt/graviton/kernels`, each bundle by its name.
   *
   * @throws FleetConfigError with every option that cannot work
   */
  public static container(options: ContainerRuntimeOptions): InferenceRuntime {
    const problems = containerProblems(options);
    if (problems.length > 0) {
      throw new FleetConfigError('InferenceRuntime.container', problems);
    }
    const port = options.port ?? 8080;
    // A container's packets take one hop more than the host's to the metadata service, which gives it the credentials
    // of the instance's role.
    return new InferenceRuntime(port, options.healthPath ?? '/health', 2, containerPhases(options, port));
  }

  private constructor(
    /** TCP port on which the instance serves requests. */
    public readonly port: number,
    /** Path that answers 200 to GET when the instance can take requests. */
    public readonly healthPath: string,
    /** Hop limit of the instance metadata service: 1, or 2 for a container. */
    public readonly metadataHopLimit: number,
    /** @internal */
    public readonly _phases: ComponentPhases,
  ) {}
}
