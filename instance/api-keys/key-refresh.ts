import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { JsonLog, reasonOf } from '../common/json-log';
import { ApiKeysConfiguration } from './api-keys-configuration';
import { writeKeyFile } from './key-file';
import { keysOfSecret } from './keys-of-secret';

/** For all attempts of the SDK. */
const ANSWER_MILLISECONDS = 30_000;
const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** Brings the keys from the secret into a file. It needs `secretsmanager:GetSecretValue` and `kms:Decrypt` of its key. */
export class KeyRefresh {
  public constructor(
    private readonly client: SecretsManagerClient,
    private readonly configuration: ApiKeysConfiguration,
    private readonly log: JsonLog,
  ) {}

  /** Until there are keys, however long that takes: a server that was to be locked must not start without any. */
  public async first(): Promise<void> {
    for (let pause = FIRST_PAUSE_MILLISECONDS; !(await this.refresh()); pause *= 2) {
      await sleep(Math.min(pause, LONGEST_PAUSE_MILLISECONDS) * (0.5 + Math.random() / 2));
    }
  }

  /** From time to time, for ever. What cannot be read leaves the keys of before. */
  public async keep(): Promise<never> {
    for (;;) {
      // Instances that were started together do not ask together.
      await sleep(this.configuration.refreshSeconds * 1000 * (0.9 + Math.random() / 5));
      await this.refresh();
    }
  }

  /** @returns whether the file has the keys of the secret */
  public async refresh(): Promise<boolean> {
    const { secretArn, file } = this.configuration;
    try {
      const abortSignal = AbortSignal.timeout(ANSWER_MILLISECONDS);
      const answer = await this.client.send(new GetSecretValueCommand({ SecretId: secretArn }), { abortSignal });
      if (answer.SecretString === undefined) {
        throw new Error('the secret is binary, and must be text');
      }
      const keys = keysOfSecret(answer.SecretString);
      if (writeKeyFile(file, keys)) {
        this.log.info('keys-written', { keys: keys.length, versionId: answer.VersionId });
      }
      return true;
    } catch (error) {
      this.log.error('keys-not-read', { secret: secretArn, reason: reasonOf(error) });
      return false;
    }
  }
}
