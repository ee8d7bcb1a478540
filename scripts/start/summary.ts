import * as path from 'node:path';
import { planAssembly } from '../../lib/cli/plan/build-report';
import { formatPlan } from '../../lib/cli/plan/format/format-plan';
import { PROJECT_ROOT } from '../local-aws/cache-directory';
import { supportTable } from '../local-aws/support-table';
import { ASSEMBLY_DIRECTORY, EXAMPLE, StartContext } from './start-context';

/** What was made, in the words of `graviton-fleet plan`, and what of it was only recorded. */
export function summary({ stack, localAwsMissing, preview }: StartContext): string {
  const template = path.relative(PROJECT_ROOT, path.join(ASSEMBLY_DIRECTORY, `${EXAMPLE.stack}.template.json`));
  const outcome = stack
    ? [
        supportTable(stack),
        '',
        `Deployed ${EXAMPLE.stack} to the local AWS (${stack.status}), which is gone again. Template: ${template}`,
      ]
    : [`Synthesized ${EXAMPLE.stack}, and deployed nothing: ${localAwsMissing}`, `Template: ${template}`];
  const page = `Its dashboard with simulated data, to open in a browser: ${preview}`;
  return [...outcome, page, '', formatPlan(planAssembly(ASSEMBLY_DIRECTORY))].join('\n');
}
