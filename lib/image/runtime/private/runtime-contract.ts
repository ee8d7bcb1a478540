import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { ProcessPlacement } from '../process-placement';
import { RuntimeOptions } from '../runtime-options';
import { numberProblems } from './number-problems';
import { argumentProblems, textProblems } from './text-problems';

/** The options of every runtime, with the defaults in place of what was left out. */
export interface RuntimeContract {
  readonly port: number;
  readonly healthPath: string;
  readonly metricsPath?: string;
  readonly drainCommand?: string[];
  readonly slotsPerProcess: number;
  readonly placement: ProcessPlacement;
}

/** Outside of the ephemeral ports of Linux (32768 to 60999), and of what servers listen on by default. */
const PROCESS_PORTS = { first: 20000, otherwise: 21000, count: 1000 };

export function contractOf(options: RuntimeOptions): RuntimeContract {
  const { port = 8080, healthPath = '/health', metricsPath, drainCommand, slotsPerProcess = 1 } = options;
  const placement = options.placement ?? ProcessPlacement.perCores();
  return { port, healthPath, metricsPath, drainCommand, slotsPerProcess, placement };
}

const POSITIVE_16_BIT = [1, 65535] as const;

/** Every option of the contract that cannot work. */
export function contractProblems({ port, healthPath, metricsPath, ...options }: RuntimeOptions): Problem[] {
  return [
    ...numberProblems('port', port, POSITIVE_16_BIT, 'give the port on which the instance serves'),
    ...pathProblems('healthPath', healthPath),
    ...pathProblems('metricsPath', metricsPath),
    ...drainProblems(options.drainCommand),
    ...numberProblems(
      'slotsPerProcess',
      options.slotsPerProcess,
      POSITIVE_16_BIT,
      'give the requests that it works on at a time',
    ),
  ];
}

/** What runs on the instance reads the contract from this file. */
export function contractFile(contract: RuntimeContract): string {
  const { port, placement, ...rest } = contract;
  const fields = { schemaVersion: 1, port, firstProcessPort: firstProcessPort(contract), ...rest };
  return `${JSON.stringify({ ...fields, placement: placement._layout }, undefined, 2)}\n`;
}

function firstProcessPort({ port, placement }: RuntimeContract): number {
  if (!placement.usesProxy) {
    return port;
  }
  const { first, otherwise, count } = PROCESS_PORTS;
  return port >= first && port < first + count ? otherwise : first;
}

function pathProblems(what: string, path: string | undefined): Problem[] {
  if (path === undefined || Token.isUnresolved(path)) {
    return [];
  }
  if (!/^\/[\x21-\x7e]*$/.test(path)) {
    const allowed = 'a path that begins with /';
    return [{ what, got: JSON.stringify(path), allowed, fix: 'give the path, without host' }];
  }
  return textProblems(what, path);
}

function drainProblems(command: string[] | undefined): Problem[] {
  if (command?.length === 0) {
    const fix = 'give the program and its arguments, or leave it out';
    return [{ what: 'drainCommand', got: 'no words', allowed: 'at least one word', fix }];
  }
  return argumentProblems('drainCommand', command ?? []);
}
