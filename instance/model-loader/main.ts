import * as path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { InstanceMetadata } from '../common/instance-metadata';
import { JsonLog, reasonOf } from '../common/json-log';
import { readConfiguration } from '../common/read-configuration';
import { runProgram } from '../common/run-program';
import { loadModel } from './load-model';
import { ModelConfiguration } from './model-configuration';
import configurationSchema from './model-configuration.schema.json';
import { ModelObject } from './object/model-object';
import { mountInstanceStore } from './storage/instance-store';
import { INSTANCE_STORE, storagesIn } from './storage/mounts';
import { runCommand } from './storage/run-command';

const DEFAULT_CONFIGURATION_FILE = '/etc/graviton/model.json';
const PREPARE_STORAGE = '--prepare-storage';
const UDEV_SECONDS = 30;
const log = new JsonLog('model-loader');

/**
 * Usage: `model-loader.js [--prepare-storage] [CONFIGURATION]`. Ends when the model is there; with `--prepare-storage`,
 * for which it must be root, when an instance store is mounted, or the instance has none.
 */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  const [file = DEFAULT_CONFIGURATION_FILE] = first === PREPARE_STORAGE ? rest : [first];
  const configuration = readConfiguration<ModelConfiguration>(file, configurationSchema);
  if (first === PREPARE_STORAGE) {
    prepareStorage(configuration);
  } else {
    await load(configuration);
  }
}

function prepareStorage({ directory }: ModelConfiguration): void {
  try {
    runCommand('udevadm', ['settle', `--timeout=${UDEV_SECONDS}`]);
    mountInstanceStore(path.join(directory, INSTANCE_STORE), log);
  } catch (error) {
    // The root volume holds the model as well.
    log.error('instance-store-not-mounted', { reason: reasonOf(error) });
  }
}

async function load(configuration: ModelConfiguration): Promise<void> {
  const region = configuration.region ?? (await new InstanceMetadata().require('placement/region'));
  const client = new S3Client({
    region,
    // Ranges are tried again with all that has failed of them, which the SDK does not see.
    maxAttempts: 1,
    // It would compute checksums of single parts in JavaScript; the whole is verified later.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000 },
  });
  const object = new ModelObject(client, configuration);
  const storages = storagesIn(configuration.directory);
  const link = await loadModel({ configuration, object, storages, log });
  log.info('ready', { file: link });
}

runProgram(log, main);
