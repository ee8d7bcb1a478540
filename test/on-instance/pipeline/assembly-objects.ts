import * as fs from 'node:fs';
import * as path from 'node:path';
import { zipSync, Zippable } from 'fflate';
import { ObjectStore, splitObjectUrl } from './object-store';

interface AssetManifest {
  readonly files: Record<
    string,
    {
      readonly source: { readonly path: string; readonly packaging: 'file' | 'zip' };
      readonly destinations: Record<string, { readonly objectKey: string }>;
    }
  >;
}

/** Upper half of a zip entry's external attributes holds the mode, as Unix has it. */
const MODE_SHIFT = 16;
const MADE_ON_UNIX = 3;

/** The assets of a synthesized app, as `cdk deploy` would upload them. */
export class AssemblyObjects implements ObjectStore {
  public constructor(private readonly directory: string) {}

  public get(url: string): Promise<Buffer> {
    const { key } = splitObjectUrl(url);
    const manifests = fs.readdirSync(this.directory).filter((name) => name.endsWith('.assets.json'));
    for (const name of manifests) {
      const { files } = JSON.parse(fs.readFileSync(path.join(this.directory, name), 'utf8')) as AssetManifest;
      const asset = Object.values(files).find(({ destinations }) =>
        Object.values(destinations).some(({ objectKey }) => objectKey === key),
      );
      if (asset) {
        const source = path.resolve(this.directory, asset.source.path);
        return Promise.resolve(asset.source.packaging === 'zip' ? zip(source) : fs.readFileSync(source));
      }
    }
    return Promise.reject(new Error(`no asset of ${this.directory} is uploaded to ${url}`));
  }
}

function zip(directory: string): Buffer {
  const entries: Zippable = {};
  for (const entry of fs.readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) {
      const attrs = fs.statSync(file).mode << MODE_SHIFT;
      entries[path.relative(directory, file)] = [fs.readFileSync(file), { os: MADE_ON_UNIX, attrs }];
    }
  }
  return Buffer.from(zipSync(entries));
}
