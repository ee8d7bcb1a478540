import * as fs from 'node:fs';
import Ajv, { ErrorObject, Schema } from 'ajv';

/** A configuration file that cannot be used; the message has every problem, one a line. */
export class ConfigurationError extends Error {
  public override readonly name = 'ConfigurationError';
}

/** The exit code of a program that cannot be configured, EX_CONFIG of sysexits.h: starting it again does not help. */
export const CONFIGURATION_EXIT_CODE = 78;

/**
 * Reads a JSON file, fills in the defaults of its schema and checks it.
 *
 * @throws ConfigurationError when it is missing, no JSON, or not as the schema has it
 */
export function readConfiguration<T>(file: string, schema: Schema): T {
  const validate = new Ajv({ useDefaults: true, allErrors: true, strict: true, allowUnionTypes: true }).compile<T>(
    schema,
  );
  const value: unknown = readJson(file);
  if (validate(value)) {
    return value;
  }
  throw new ConfigurationError((validate.errors ?? []).map((error) => describe(file, error)).join('\n'));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigurationError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function describe(file: string, error: ErrorObject): string {
  const { additionalProperty, allowedValues } = error.params as {
    additionalProperty?: string;
    allowedValues?: readonly string[];
  };
  const detail = additionalProperty ?? allowedValues?.join(', ');
  return `${file}: ${error.instancePath || '/'} ${error.message}${detail === undefined ? '' : ` (${detail})`}`;
}
