import { KernelBundle } from '../../kernels';
import { throwIfAny } from '../../validation';
import { ComponentPhases } from '../private/component-document';
import { BuiltInRuntimeOptions } from './built-in-runtime-options';
import { ContainerRuntimeOptions } from './container-runtime-options';
import { API_KEYS_UNIT, builtInProblems, builtInProgram, DEFAULT_REQUEST_TIMEOUT } from './private/built-in-command';
import { BuiltInServer, serverObjects } from './private/built-in-server';
import { containerParts, containerProblems } from './private/container-component';
import { RuntimeParts, runtimePhases } from './private/runtime-component';
import { contractOf, contractProblems, RuntimeContract } from './private/runtime-contract';
import { systemdParts, systemdProblems } from './private/systemd-component';
import { ProcessPlacement } from './process-placement';
import { ServedWeights } from './served-weights';
import { SystemdRuntimeOptions } from './systemd-runtime-options';

/**
 * What serves requests on the instance, and the contract by which a fleet reaches it.
 *
 * An instance runs one or several processes of it, each held to its cores (`placement`), behind one port. They start when
 * the kernels on the instance have been verified, and never otherwise. A process that ends is started again after five
 * seconds; meanwhile the others serve. Stopping finishes what was accepted, for up to 110 seconds, because the notice of a
 * Spot interruption is 120 seconds, or for the longest request of the fleet's drain where that is longer.
 */
export class InferenceRuntime {
  /**
   * The server of this library, on its own kernels: OpenAI's API (`/v1/chat/completions`, `/v1/completions`,
   * `/v1/embeddings`, `/v1/models`) for a GGUF model, which each instance loads when it boots and keeps on its NVMe disk
   * where it has one. A process is ready when it has given a first answer. Its figures (tokens, times, requests in flight)
   * are published once a minute; they cost what docs/inference-fleet.md says.
   *
   * A fleet refuses instance types whose memory does not hold the weights and the KV cache, as far as the model's facts are
   * known, and a root volume that does not hold the file. It waits for all that its server accepts, or tells the server at
   * boot to accept no more than it waits for.
   *
   * @throws FleetConfigError with every option that cannot work, and when this package was not built
   */
  public static builtIn(options: BuiltInRuntimeOptions): InferenceRuntime {
    const program = builtInProgram(options);
    const problems = [...builtInProblems(options), ...systemdProblems(program), ...contractProblems(program)];
    throwIfAny('InferenceRuntime.builtIn', problems);
    const contract = contractOf(program);
    const { model, contextLength, apiKeys, requestTimeout, weights = ServedWeights.AS_FILED } = options;
    const { slotsPerProcess: slots } = contract;
    const server = { model, slots, contextLength, weights, requestTimeout, apiKeys, ...serverObjects() };
    // Not required: systemd restarts what requires a unit together with that, and a crash of what refreshes the keys would
    // cut every process off. A server without keys does not start, and is tried again.
    const parts = systemdParts(program, contract, {
      wantedUnits: apiKeys ? [API_KEYS_UNIT] : [],
      variables: { INFERENCE_REQUEST_SECONDS: `${DEFAULT_REQUEST_TIMEOUT.toSeconds()}` },
    });
    return new InferenceRuntime(contract, 1, parts, slots, undefined, true, server);
  }

  /**
   * An OCI image for Arm64 that serves HTTP. It is pulled when the AMI is built, so that an instance starts without a
   * registry, and run by systemd with the kernels mounted read-only under `/opt/graviton/kernels`, each bundle by its name.
   *
   * @throws FleetConfigError with every option that cannot work
   */
  public static container(options: ContainerRuntimeOptions): InferenceRuntime {
    throwIfAny('InferenceRuntime.container', [...containerProblems(options), ...contractProblems(options)]);
    const contract = contractOf(options);
    // A container's packets take one hop more than the host's to the metadata service, which gives it the credentials
    // of the instance's role.
    return new InferenceRuntime(contract, 2, containerParts(options, contract), options.slotsPerProcess, options.image);
  }

  /**
   * A program of your own, which a component of the image installs. systemd runs it without privileges: it cannot gain
   * any, sees no home directories, devices or other processes' temporary files, and may write to its own directories
   * only. Memory that is writable and executable is allowed, because just-in-time compilers need it.
   *
   * @throws FleetConfigError with every option that cannot work
   */
  public static systemd(options: SystemdRuntimeOptions): InferenceRuntime {
    throwIfAny('InferenceRuntime.systemd', [...systemdProblems(options), ...contractProblems(options)]);
    const contract = contractOf(options);
    return new InferenceRuntime(contract, 1, systemdParts(options, contract), options.slotsPerProcess);
  }

  /**
   * Nothing serves on the instance: for workers whose jobs are programs, which components of the image install. A fleet
   * behind a load balancer refuses such an image.
   */
  public static none(): InferenceRuntime {
    return new InferenceRuntime(contractOf({}), 1);
  }

  /** TCP port on which the instance serves requests; nothing listens there with `none()`. */
  public readonly port: number;
  /** Path that answers 200 to GET when the instance can take requests: when one of its processes can. */
  public readonly healthPath: string;
  /** Path of a process's metrics in the Prometheus format, if it has any. */
  public readonly metricsPath?: string;
  /** Command that makes a process finish what it has accepted, if there is one. */
  public readonly drainCommand?: string[];
  /** Requests that a process works on at a time. */
  public readonly slotsPerProcess: number;
  /** How many processes an instance runs, and on which cores. */
  public readonly placement: ProcessPlacement;
  /**
   * What installs it; without steps when nothing serves.
   * @internal
   */
  public readonly _phases: ComponentPhases;

  private constructor(
    contract: RuntimeContract,
    /** Hop limit of the instance metadata service: 1, or 2 for a container. */
    public readonly metadataHopLimit: number,
    parts?: RuntimeParts,
    /**
     * Slots as the user gave them; a default says nothing about the server.
     * @internal
     */
    public readonly _givenSlots?: number,
    /**
     * The OCI image, where the runtime is a container.
     * @internal
     */
    public readonly _containerImage?: string,
    /**
     * Whether its instances publish `SERVER_METRICS`.
     * @internal
     */
    public readonly _publishesMetrics = false,
    /**
     * The server of this library, where it is the runtime.
     * @internal
     */
    public readonly _server?: BuiltInServer,
  ) {
    this.port = contract.port;
    this.healthPath = contract.healthPath;
    this.metricsPath = contract.metricsPath;
    this.drainCommand = contract.drainCommand;
    this.slotsPerProcess = contract.slotsPerProcess;
    this.placement = contract.placement;
    this._phases = parts ? runtimePhases(contract, parts) : { build: [] };
  }

  /**
   * Whether anything serves on the instance.
   * @internal
   */
  public get _serves(): boolean {
    return this._phases.build.length > 0;
  }

  /**
   * Kernels that are part of the runtime, which a fleet holds against its instance types as it does the image's.
   * @internal
   */
  public get _kernels(): KernelBundle[] {
    return this._server ? [this._server.objects] : [];
  }
}
