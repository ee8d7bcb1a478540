import * as fs from 'node:fs';
import * as path from 'node:path';
import { UsageError } from '../usage-error';
import { readAssembly } from './assembly/read-assembly';
import { pageHtml } from './html/page-html';
import { previewData } from './preview-data';
import { buildView } from './view/build-view';
import { PreviewView } from './view/preview-view';

/** What to preview, with which data. */
export interface PreviewOptions {
  readonly seed: number;
  readonly data?: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** Where esbuild left the page's script and style sheet. */
  readonly assetDirectory: string;
}

/** A page, and what stands on it. */
export interface RenderedPreview {
  readonly html: string;
  readonly view: PreviewView;
}

/** @throws UsageError when the directory is no cloud assembly or has nothing to show, or the data is not usable */
export function renderPreview(
  directory: string,
  { seed, data: file, now, assetDirectory }: PreviewOptions,
): RenderedPreview {
  const resources = readAssembly(directory);
  const view = buildView(resources, previewData({ directory, resources, now, seed, file }));
  if (view.dashboards.length === 0 && view.alarms.length === 0) {
    throw new UsageError(
      `${directory}: got a cloud assembly without dashboards and alarms, allowed one with either: ` +
        'add a FleetDashboard to the app and run "cdk synth" again',
    );
  }
  const asset = (name: string) => fs.readFileSync(path.join(assetDirectory, name), 'utf8');
  return { html: pageHtml(view, { script: asset('page.js'), style: asset('page.css') }), view };
}
