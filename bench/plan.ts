import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * Time and memory of `graviton-fleet plan` for many fleets in one fleet.yaml, by the built command: whether 1,000 of them
 * stay below half a minute on two cores, and memory grows no faster than their number.
 */
const COUNTS = [250, 500, 1000];
const PROJECT_ROOT = path.join(__dirname, '..');
const COMMAND = path.join(PROJECT_ROOT, 'bin', 'graviton-fleet.js');

interface Measurement {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of the largest process. */
  readonly megabytes: number;
}

function main(): void {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-plan-'));
  try {
    console.log(`fleets  seconds  CPU seconds  MB of the largest process (${os.availableParallelism()} processors)`);
    for (const count of COUNTS) {
      const { seconds, cpuSeconds, megabytes } = measure(directory, count);
      const figures = [
        seconds.toFixed(1).padStart(9),
        cpuSeconds.toFixed(1).padStart(13),
        megabytes.toFixed(0).padStart(4),
      ];
      console.log(`${`${count}`.padStart(6)}${figures.join('')}`);
    }
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function measure(directory: string, count: number): Measurement {
  const file = path.join(directory, 'fleet.yaml');
  fs.writeFileSync(file, template(count));
  const resources = '--require=./resources.cjs';
  fs.writeFileSync(path.join(directory, 'resources.cjs'), REPORT_RESOURCES);
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [resources, COMMAND, 'plan', file, '--json'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, NODE_OPTIONS: resources },
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) {
    throw new Error(`plan ended with ${status}: ${stderr}`);
  }
  const { fleets } = (JSON.parse(stdout) as { totals: { fleets: number } }).totals;
  if (fleets !== count) {
    throw new Error(`plan showed ${fleets} fleets of ${count}`);
  }
  const usages = [...stderr.matchAll(/^resources (\d+) (\d+) (\d+)$/gm)].map(([, ...figures]) => figures.map(Number));
  return {
    seconds,
    cpuSeconds: usages.reduce((sum, [user, system]) => sum + user + system, 0) / 1e6,
    megabytes: Math.max(...usages.map(([, , kilobytes]) => kilobytes)) / 1024,
  };
}

/** Each process of the command says at its end what it used. */
const REPORT_RESOURCES = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  require('node:fs').writeSync(2, 'resources ' + userCPUTime + ' ' + systemCPUTime + ' ' + maxRSS + '\\n');
});
`;

function template(count: number): string {
  const fleets = Array.from({ length: count }, (_, index) =>
    [
      `  fleet-${index}:`,
      '    image: { runtime: { container: { image: "ghcr.io/ggml-org/llama.cpp:server" } } }',
      '    capacity: { onDemand: { instanceTypes: [m9g.4xlarge], minInstances: 2, maxInstances: 10 } }',
      '    scaling: [ { scaleOnCpu: { targetUtilizationPercent: 60 } } ]',
    ].join('\n'),
  );
  return ['environments: { production: { region: us-east-1 } }', 'inferenceFleets:', ...fleets, ''].join('\n');
}

main();
