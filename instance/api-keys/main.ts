import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { JsonLog } from '../common/json-log';
import { readConfiguration } from '../common/read-configuration';
import { runProgram } from '../common/run-program';
import { ApiKeysConfiguration } from './api-keys-configuration';
import configurationSchema from './api-keys-configuration.schema.json';
import { KeyRefresh } from './key-refresh';

const DEFAULT_CONFIGURATION_FILE = '/etc/graviton/api-keys.json';
const ONCE = '--once';
const log = new JsonLog('api-keys');

/** Usage: `api-keys.js [--once] [CONFIGURATION]`. Runs until it is stopped; with `--once` until there are keys. */
async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  const [file = DEFAULT_CONFIGURATION_FILE] = first === ONCE ? rest : [first];
  const configuration = readConfiguration<ApiKeysConfiguration>(file, configurationSchema);
  const [, , , region] = configuration.secretArn.split(':');
  const refresh = new KeyRefresh(new SecretsManagerClient({ region }), configuration, log);
  await (first === ONCE ? refresh.first() : refresh.keep());
}

runProgram(log, main);
