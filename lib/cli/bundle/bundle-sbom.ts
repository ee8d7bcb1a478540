import { version as toolVersion } from '../../../package.json';
import { BundleFile } from '../../kernels/manifest/bundle-manifest';
import { BundleRecipe } from './bundle-recipe';

/** What a bill of materials is made from. */
export interface SbomContents {
  readonly recipe: BundleRecipe;
  readonly files: readonly BundleFile[];
  /** Sonames of the shared libraries that the files load and the bundle does not have. */
  readonly neededLibraries: readonly string[];
}

/**
 * A bill of materials in CycloneDX 1.6: the files with their digests and licence, the libraries that the base image must
 * bring, and the compiler as the formula by which they were made. It has no time and no serial number, so that the same
 * bundle has the same one.
 *
 * https://cyclonedx.org/docs/1.6/json/
 */
export function bundleSbom({ recipe, files, neededLibraries }: SbomContents): string {
  const { name, version, compiler, licence } = recipe;
  const licenses = licence === undefined ? {} : { licenses: [{ expression: licence }] };
  const fileReference = (path: string) => `file:${path}`;
  const libraryReference = (soname: string) => `library:${soname}`;
  const sbom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'graviton-fleet', version: toolVersion }] },
      component: { type: 'library', 'bom-ref': 'bundle', name, version, ...licenses },
    },
    components: [
      ...files.map((file) => ({
        type: 'file',
        'bom-ref': fileReference(file.path),
        name: file.path,
        hashes: [{ alg: 'SHA-256', content: file.sha256 }],
        ...licenses,
        properties: properties(file),
      })),
      ...neededLibraries.map((soname) => ({
        type: 'library',
        'bom-ref': libraryReference(soname),
        name: soname,
        description: 'A shared library of the base image.',
      })),
    ],
    dependencies: [
      {
        ref: 'bundle',
        dependsOn: [...files.map(({ path }) => fileReference(path)), ...neededLibraries.map(libraryReference)],
      },
    ],
    ...(compiler === undefined ? {} : { formulation: [{ components: [{ type: 'application', ...compiler }] }] }),
  };
  return `${JSON.stringify(sbom, undefined, 2)}\n`;
}

function properties({ role, variant, requires, flags }: BundleFile): { name: string; value: string }[] {
  const entries: [string, string | undefined][] = [
    ['role', role],
    ['variant', variant],
    ['requires', requires?.join(' ')],
    ['flags', flags?.join(' ')],
  ];
  return entries.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `cdk-graviton-fleet:${name}`, value }],
  );
}
