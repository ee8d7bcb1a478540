import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv, { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import addInternationalFormats from 'ajv-formats-draft2019';

/** The schemas that the CycloneDX project ships with its library. */
const SCHEMAS = path.join(path.dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res', 'schema');

let validate: ValidateFunction | undefined;

/** How a bill of materials differs from the schema of CycloneDX 1.6; empty when it is valid. */
export function sbomErrors(sbom: unknown): string[] {
  validate ??= compile();
  validate(sbom);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function compile(): ValidateFunction {
  // CycloneDX's schemas have annotations that the strict mode of Ajv does not know.
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats(ajv);
  addInternationalFormats(ajv);
  for (const name of ['spdx', 'jsf-0.82']) {
    // They refer to each other by the names of their files.
    ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(readSchema('bom-1.6'));
}

function readSchema(name: string): object {
  return JSON.parse(fs.readFileSync(path.join(SCHEMAS, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
}
