/** `/etc/graviton/api-keys.json` with its defaults; `api-keys-configuration.schema.json` says what each part means. */
export interface ApiKeysConfiguration {
  readonly schemaVersion: 1;
  readonly secretArn: string;
  readonly refreshSeconds: number;
  readonly file: string;
}
