import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { JsonLog, reasonOf } from '../common/json-log';
import { CONFIGURATION_EXIT_CODE, ConfigurationError, readConfiguration } from '../common/read-configuration';
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

main().catch((error: unknown) => {
  log.error('ended', { reason: error instanceof ConfigurationError ? error.message : reasonOf(error) });
  process.exit(error instanceof ConfigurationError ? CONFIGURATION_EXIT_CODE : 1);
});
