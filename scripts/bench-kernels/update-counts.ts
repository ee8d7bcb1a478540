import {
  countingToolchain,
  CountRise,
  countOurs,
  readRecordedCounts,
  risesOf,
  writeRecordedCounts,
} from './instruction-counts';
import { buildBench } from './run/build';

const ALLOW_RISE = '--allow-rise';

function describeRise({ processor, case: text, recorded, counted }: CountRise): string {
  return `  ${processor} ${text}: ${recorded} -> ${counted}`;
}

/** Writes the counts of today's kernels. A kernel that became slower is only written down when that is said. */
async function updateCounts(allowRise: boolean): Promise<void> {
  const toolchain = countingToolchain();
  const recorded = readRecordedCounts();
  const counts = await countOurs(buildBench());
  const sameTools = JSON.stringify(toolchain) === JSON.stringify(recorded.toolchain);
  const rises = risesOf(recorded.counts, counts).filter((rise) => rise.recorded !== undefined);
  if (sameTools && rises.length > 0 && !allowRise) {
    const list = rises.map(describeRise).join('\n');
    throw new Error(`these counts rose; to record them all the same, add ${ALLOW_RISE}:\n${list}`);
  }
  writeRecordedCounts({ toolchain, counts });
  const cases = Object.values(counts).reduce((sum, perCase) => sum + Object.keys(perCase).length, 0);
  console.log(`recorded ${cases} counts`);
}

updateCounts(process.argv.includes(ALLOW_RISE)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
