import { configurationProblem } from '../common/configuration-problem';
import { JsonLog } from '../common/json-log';
import { ModelConfiguration, uriOf } from './model-configuration';
import { nameOf } from './model-name';
import { ObjectChanged } from './object/failures';
import { ModelObject } from './object/model-object';
import { ObjectFacts } from './object/object-facts';
import { Patience, PatienceOptions } from './object/patience';
import { PartialModel } from './partial-model';
import { RangeLoaderOptions } from './ranges/range-loader';
import { linkModel, unlinkModel } from './storage/link-model';
import { ModelDirectory } from './storage/model-directory';

/** Left free beside the model, for the journal and for what else writes there. */
const SPARE_BYTES = 256 * 2 ** 20;

/** In which S3 must have said what it has. */
const ANSWER_MILLISECONDS = 15_000;

/** What a load works with. */
export interface LoadParts {
  readonly configuration: ModelConfiguration;
  readonly object: ModelObject;
  /** Directories in which models may lie, the best one first. */
  readonly storages: readonly string[];
  readonly log: JsonLog;
  readonly patience?: PatienceOptions;
  readonly loader?: RangeLoaderOptions & { readonly rangeBytes?: number };
  /** @default 256 MiB */
  readonly spareBytes?: number;
}

/**
 * Brings the configured model to this instance, and makes the link to it. What is there already is not loaded again;
 * what was begun is finished.
 *
 * @returns the link
 * @throws ConfigurationError when it cannot be had as it was configured
 * @throws Error when the disk fails
 */
export async function loadModel(parts: LoadParts): Promise<string> {
  const { configuration, log } = parts;
  const patience = new Patience(uriOf(configuration), log, parts.patience);
  for (;;) {
    try {
      return linkModel(configuration.directory, await findOrLoad(parts, patience));
    } catch (error) {
      if (!(error instanceof ObjectChanged)) {
        throw error;
      }
      log.warn('object-changed', { reason: error.message });
    }
  }
}

/** @returns the file of the model */
async function findOrLoad(parts: LoadParts, patience: Patience): Promise<string> {
  const { configuration, object, log } = parts;
  const pinned = nameOf(configuration);
  const kept = pinned === undefined ? undefined : findIn(parts, pinned, configuration.bytes);
  if (kept !== undefined) {
    return kept;
  }
  const { stallMilliseconds = ANSWER_MILLISECONDS } = parts.loader ?? {};
  const facts = await patience.attempt(() => object.facts(AbortSignal.timeout(stallMilliseconds)));
  const name = nameOf(configuration, facts)!;
  const found = findIn(parts, name, facts.bytes);
  if (found !== undefined) {
    return found;
  }
  unlinkModel(configuration.directory);
  const directory = chooseStorage(parts, name, facts);
  log.info('load-started', { object: uriOf(configuration), bytes: facts.bytes, directory: directory.directory });
  await new PartialModel(directory, facts, { ...parts, patience }).complete();
  return directory.model;
}

function findIn({ storages, log }: LoadParts, name: string, bytes: number | undefined): string | undefined {
  const found = storages.map((storage) => new ModelDirectory(storage, name)).find((each) => each.has(bytes));
  if (found) {
    log.info('already-loaded', { file: found.model });
  }
  return found?.model;
}

/** Removes the models of before, which nothing uses any more, and then looks where there is room. */
function chooseStorage(parts: LoadParts, name: string, { bytes }: ObjectFacts): ModelDirectory {
  const { storages, configuration, log, spareBytes = SPARE_BYTES } = parts;
  const directories = storages.map((storage) => new ModelDirectory(storage, name));
  const removed = directories.reduce((sum, directory) => sum + directory.removeOthers(), 0);
  if (removed > 0) {
    log.info('old-models-removed', { files: removed });
  }
  const rooms = directories.map((directory) => ({ directory, room: directory.room() }));
  const chosen = rooms.find(({ room }) => room >= bytes + spareBytes);
  if (chosen === undefined) {
    const got = rooms.map(({ directory, room }) => `${gibibytes(room)} GiB free in ${directory.directory}`).join(', ');
    throw configurationProblem({
      what: `disk space for ${uriOf(configuration)}`,
      got,
      allowed: `at least ${gibibytes(bytes + spareBytes)} GiB`,
      fix: 'give the instance a larger root volume, or a type with an instance store',
    });
  }
  directories.filter((directory) => directory !== chosen.directory).forEach((directory) => directory.removePartial());
  return chosen.directory;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
