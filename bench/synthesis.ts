import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * CPU time to synthesize 100 minimal fleets in one app, against the same resources written by hand with aws-cdk-lib.
 * The two take turns in fresh processes; the ratio of their medians is the result, from one run on one machine.
 */
const FLEETS = 100;
const TURNS = 5;
const WORKER = path.join(__dirname, 'synthesis-worker.ts');

interface Turn {
  readonly cpuSeconds: number;
  readonly resourceTypes: Record<string, number>;
}

function main(): void {
  const turns: Record<'constructs' | 'byHand', Turn[]> = { constructs: [], byHand: [] };
  for (let turn = 1; turn <= TURNS; turn++) {
    process.stderr.write(`turn ${turn} of ${TURNS}\n`);
    turns.constructs.push(run('constructs'));
    turns.byHand.push(run('byHand'));
  }
  checkSameResources(turns.constructs[0].resourceTypes, turns.byHand[0].resourceTypes);
  const constructs = median(turns.constructs.map(({ cpuSeconds }) => cpuSeconds));
  const byHand = median(turns.byHand.map(({ cpuSeconds }) => cpuSeconds));
  const resources = Object.values(turns.byHand[0].resourceTypes).reduce((sum, count) => sum + count, 0);
  console.log(`${FLEETS} fleets, ${resources} resources, median CPU time of ${TURNS} turns each, without start-up`);
  console.log(`  constructs of this package  ${constructs.toFixed(2)} s`);
  console.log(`  written by hand             ${byHand.toFixed(2)} s`);
  console.log(`  ratio                       ${(constructs / byHand).toFixed(2)} (goal: at most 1.2)`);
}

function run(how: string): Turn {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-synthesis-'));
  try {
    const result = spawnSync(process.execPath, ['--import', 'tsx', WORKER, how, `${FLEETS}`, outdir], {
      encoding: 'utf8',
      cwd: path.join(__dirname, '..'),
      // The schema engine costs both the same; it would only dilute the ratio.
      env: { ...process.env, CDK_VALIDATION: 'false' },
    });
    if (result.status !== 0) {
      throw new Error(`the worker failed:\n${result.stdout}${result.stderr}`);
    }
    return JSON.parse(result.stdout) as Turn;
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function checkSameResources(constructs: Record<string, number>, byHand: Record<string, number>): void {
  const differing = [...new Set([...Object.keys(constructs), ...Object.keys(byHand)])]
    .filter((type) => constructs[type] !== byHand[type])
    .map((type) => `${type}: ${constructs[type] ?? 0} by constructs, ${byHand[type] ?? 0} by hand`);
  if (differing.length > 0) {
    throw new Error(`the two do not make the same resources:\n${differing.join('\n')}`);
  }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

main();
