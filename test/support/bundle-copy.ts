import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

interface Manifest {
  digest: string;
  readonly files: { readonly path: string; readonly role: string; sha256: string }[];
}

/** The last byte of an ELF file's identification is padding, so that changing it leaves a valid object file. */
const ELF_PADDING_OFFSET = 15;

/** A copy of a kernel bundle that a test may change. */
export class BundleCopy {
  public constructor(
    source: string,
    public readonly directory: string,
  ) {
    fs.cpSync(source, directory, { recursive: true, dereference: true });
  }

  /** Changes one byte of the first kernel object, and the manifest to match, as a new build would. */
  public changeOneByte(): void {
    const manifestFile = path.join(this.directory, 'manifest.json');
    const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8')) as Manifest;
    const kernel = manifest.files.find(({ role }) => role === 'variant')!;
    const file = path.join(this.directory, kernel.path);
    const bytes = fs.readFileSync(file);
    bytes[ELF_PADDING_OFFSET] ^= 1;
    fs.writeFileSync(file, bytes);
    kernel.sha256 = sha256(bytes);
    manifest.digest = `sha256:${sha256(checksums(manifest))}`;
    fs.writeFileSync(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`);
  }
}

function checksums(manifest: Manifest): string {
  const sorted = [...manifest.files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return sorted.map((file) => `${file.sha256}  ${file.path}\n`).join('');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
