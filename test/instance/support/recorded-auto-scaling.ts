import * as http from 'node:http';
import { AddressInfo } from 'node:net';

/** One call that an agent has made. */
export interface RecordedCall {
  readonly action: string;
  readonly instanceId: string;
  readonly parameters: URLSearchParams;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const INSTANCE_PARAMETERS = ['InstanceId', 'InstanceIds.member.1'];

/**
 * Records the Auto Scaling calls of the agents: the emulator answers hook calls whatever its state, and does not know
 * SetInstanceProtection. It refuses a hook call for an instance whose hook does not wait, in the service's own words.
 */
export class RecordedAutoScaling {
  public static async start(): Promise<RecordedAutoScaling> {
    const recorded = new RecordedAutoScaling();
    await new Promise<void>((resolve) => recorded.server.listen(0, '127.0.0.1', resolve));
    return recorded;
  }

  public readonly calls: RecordedCall[] = [];
  private readonly waiting = new Set<string>();
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The instance has come to Terminating:Wait. */
  public activateHook(instanceId: string): void {
    this.waiting.add(instanceId);
  }

  public of(instanceId: string, action: string): RecordedCall[] {
    return this.calls.filter((call) => call.instanceId === instanceId && call.action === action);
  }

  /** Whether the hook was completed: accepted, not only called. */
  public isCompleted(instanceId: string): boolean {
    return !this.waiting.has(instanceId) && this.of(instanceId, 'CompleteLifecycleAction').length > 0;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
    }
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action') ?? '';
    const instanceId = INSTANCE_PARAMETERS.map((name) => parameters.get(name)).find(Boolean) ?? '';
    this.calls.push({ action, instanceId, parameters, at: Date.now() });
    if (action !== 'SetInstanceProtection' && !this.waiting.has(instanceId)) {
      const message = `No active Lifecycle Action found with instance ID ${instanceId}`;
      const error = `<Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error>`;
      response.writeHead(400).end(`<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`);
      return;
    }
    if (action === 'CompleteLifecycleAction') {
      this.waiting.delete(instanceId);
    }
    response.writeHead(200).end(`<${action}Response><${action}Result/></${action}Response>`);
  }
}
