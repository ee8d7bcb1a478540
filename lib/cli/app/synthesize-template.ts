import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { FleetTemplate } from '../../stacks';

/**
 * Synthesizes a fleet template. Assets are copied while constructs are made, so all of it happens in a directory of its
 * own: nothing of a template with problems reaches the assembly.
 *
 * @param outdir the directory of the cloud assembly
 * @throws FleetConfigError with every problem of the template
 */
export function synthesizeTemplate(file: string, outdir: string): void {
  const template = FleetTemplate.fromFile(file);
  const draft = fs.mkdtempSync(path.join(os.tmpdir(), 'graviton-fleet-'));
  try {
    // Left to itself, an app synthesizes when the process ends, whatever was wrong before.
    const app = new App({ outdir: draft, autoSynth: false });
    template.addTo(app);
    synthesized(app, template);
    fs.cpSync(draft, outdir, { recursive: true });
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

function synthesized(app: App, template: FleetTemplate): void {
  try {
    app.synth();
  } catch (error) {
    throw template._explain(app, error);
  }
}
