import { execFile } from 'node:child_process';
import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { readAwsRequest } from './aws-request';
import { COMMAND } from './built-command';

/** What an action answers: XML items of EC2, an object of the other services, or an error of the service. */
export type Answer = string | object | ServiceError;

export class ServiceError {
  public constructor(public readonly code: string) {}
}

/** The input of a request: parameters of the EC2 query, or the JSON of the others. */
export interface Input {
  readonly query: URLSearchParams;
  readonly json: Record<string, never>;
}

export type Actions = Readonly<Record<string, (input: Input, attempt: number) => Answer>>;

/** EC2, CloudWatch and Service Quotas on loopback, in the protocols of the pinned SDK; each action as a test says. */
export class LoopbackAws {
  public static async start(actions: Actions): Promise<LoopbackAws> {
    const aws = new LoopbackAws(actions);
    await new Promise<void>((resolve) => aws.server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  /** Actions in the order in which they were called. */
  public readonly calls: string[] = [];
  private readonly server = http.createServer((request, response) => void this.answer(request, response));

  private constructor(private readonly actions: Actions) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { action, target, query, body } = await readAwsRequest(request);
    this.calls.push(action);
    const json = (target === undefined ? {} : JSON.parse(body)) as Input['json'];
    const attempt = this.calls.filter((call) => call === action).length;
    const answer = this.actions[action]?.({ query, json }, attempt) ?? new ServiceError('InvalidAction');
    const [status, type, text] = target === undefined ? xmlOf(action, answer) : jsonOf(answer);
    response.writeHead(status, { 'content-type': type }).end(text);
  }
}

function xmlOf(action: string, answer: Answer): [number, string, string] {
  if (answer instanceof ServiceError) {
    const error = `<Response><Errors><Error><Code>${answer.code}</Code><Message>user/secret-name may not</Message></Error></Errors><RequestID>r</RequestID></Response>`;
    return [answer.code === 'RequestLimitExceeded' ? 503 : 403, 'text/xml', error];
  }
  const text = `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${answer as string}</${action}Response>`;
  return [200, 'text/xml', text];
}

function jsonOf(answer: Answer): [number, string, string] {
  const type = 'application/x-amz-json-1.0';
  return answer instanceof ServiceError
    ? [400, type, JSON.stringify({ __type: answer.code, message: 'user/secret-name may not' })]
    : [200, type, JSON.stringify(answer)];
}

/** A set of items in EC2's XML. */
export function items(set: string, values: readonly Readonly<Record<string, string | number>>[]): string {
  const inner = values.map(
    (value) =>
      `<item>${Object.entries(value)
        .map(([key, text]) => `<${key}>${text}</${key}>`)
        .join('')}</item>`,
  );
  return `<${set}>${inner.join('')}</${set}>`;
}

/** An instance of a group that CloudFormation made, as DescribeInstances has it. */
export function instanceOf(stack: string, logicalId: string, group: string): string {
  const tags = {
    'aws:cloudformation:stack-name': stack,
    'aws:cloudformation:logical-id': logicalId,
    'aws:autoscaling:groupName': group,
  };
  const tagSet = items(
    'tagSet',
    Object.entries(tags).map(([key, value]) => ({ key, value })),
  );
  return `<reservationSet><item><reservationId>r-1</reservationId><ownerId>123456789012</ownerId><instancesSet><item><instanceId>i-1</instanceId>${tagSet}</item></instancesSet></item></reservationSet>`;
}

/** Whether a request has a filter with this value. */
export function hasFilter(query: URLSearchParams, name: string, value: string): boolean {
  const [key] = [...query].find(([each, text]) => /^Filter\.\d+\.Name$/.test(each) && text === name) ?? [];
  const prefix = key?.replace(/Name$/, 'Value.');
  return prefix !== undefined && [...query].some(([each, text]) => each.startsWith(prefix) && text === value);
}

/** Runs the command beside the server, which a synchronous run would keep from answering. */
export function runCommand(
  args: readonly string[],
  options: { readonly aws?: LoopbackAws; readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<{ status: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...(options.aws
      ? { AWS_ENDPOINT_URL: options.aws.endpoint, AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' }
      : {}),
    ...options.env,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { env, cwd: options.cwd }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
