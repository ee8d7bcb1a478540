import * as fs from 'node:fs';
import * as path from 'node:path';
import { Check, ok, problem, skipped } from '../check';

const ID = 'machine.cdkJson';
const APP = '"app": "npx --no -- graviton-fleet app fleet.yaml"';

/** The app of cdk.json, and whether the files are there that it names. */
export function checkCdkJson(project: string): Check {
  const file = path.join(project, 'cdk.json');
  if (!fs.existsSync(file)) {
    return skipped(ID, 'no cdk.json here', `for an app of fleet.yaml alone, write one with ${APP}`);
  }
  const app = appOf(file);
  if (typeof app !== 'string' || app.trim() === '') {
    return problem(ID, 'cdk.json without an app', `add ${APP}, or the command that runs yours`);
  }
  const missing = (app.match(/\S+\.(?:ya?ml|[cm]?[jt]s|py)\b/g) ?? []).filter(
    (name) => !fs.existsSync(path.resolve(project, name)),
  );
  return missing.length === 0
    ? ok(ID, 'cdk.json, with an app')
    : problem(ID, `cdk.json, whose app names ${missing.join(', ')}, which is not there`, 'make it, or mend "app"');
}

function appOf(file: string): unknown {
  try {
    return (JSON.parse(fs.readFileSync(file, 'utf8')) as { app?: unknown } | null)?.app;
  } catch {
    return undefined;
  }
}
