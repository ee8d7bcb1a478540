import * as fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import apiKeysSchema from '../../instance/api-keys/api-keys-configuration.schema.json';
import { readConfiguration } from '../../instance/common/read-configuration';
import drainSchema from '../../instance/drain-agent/drain-configuration.schema.json';
import modelSchema from '../../instance/model-loader/model-configuration.schema.json';
import { WorkerConfiguration } from '../../instance/worker-agent/worker-configuration';
import workerSchema from '../../instance/worker-agent/worker-configuration.schema.json';
import { useScratchDirectory } from '../support/scratch-directory';

describe('configuration files', () => {
  const scratch = useScratchDirectory();
  const write = (value: unknown): string => {
    const file = scratch();
    fs.writeFileSync(file, JSON.stringify(value));
    return file;
  };
  const worker = { queueUrl: 'https://queue', ledgerTable: 'ledger' };

  test('of the drain agent may be empty', () => {
    expect(readConfiguration(write({}), drainSchema)).toEqual({
      hookSeconds: 300,
      targetGroupArns: [],
      deregistrationSeconds: 20,
      drainSeconds: 300,
      spotMarginSeconds: 5,
      onRebalance: 'ignore',
      pollSeconds: 5,
      settleSeconds: 3,
      inFlightMetrics: [],
      runtimeFile: '/etc/graviton/runtime.json',
      stateDirectory: '/run/graviton',
    });
  });

  test('of the worker agent need a queue, a ledger and a handler, and have defaults for the rest', () => {
    const file = write({ ...worker, handler: { program: { command: ['/usr/bin/job'] } } });
    expect(readConfiguration<WorkerConfiguration>(file, workerSchema)).toEqual({
      ...worker,
      recordDays: 14,
      slotsPerVcpu: 1,
      visibilitySeconds: 60,
      waitSeconds: 20,
      retrySeconds: 5,
      handler: {
        program: {
          command: ['/usr/bin/job'],
          isolation: 'process',
          environment: {},
          unitProperties: [],
          timeoutSeconds: 3600,
        },
      },
      results: { prefix: 'results/', inlineBytes: 8192, maximumBytes: 67_108_864 },
      reportCommand: ['/opt/graviton/bin/report-metric', 'GravitonFleet', 'IllegalInstructions'],
      hookSeconds: 300,
      idleSeconds: 60,
      scaleInProtection: true,
      drainSeconds: 300,
      spotMarginSeconds: 10,
      onRebalance: 'ignore',
      pollSeconds: 5,
    });
  });

  test.each([
    [{}, /\/handler must NOT have fewer than 1 properties/],
    [{ program: { command: [] } }, /\/handler\/program\/command must NOT have fewer than 1 items/],
    [{ server: { url: 'http://10.0.0.1/' } }, /\/handler\/server\/url must match pattern/],
    [{ server: { url: 'http://127.0.0.1:80/', timeoutSeconds: 50_000 } }, /timeoutSeconds must be <= 43000/],
    [{ program: { command: ['a'], isolation: 'none' } }, /isolation .* \(process, namespaces, systemd\)/],
  ])('of the worker agent are refused with a handler such as %j', (handler, message) => {
    expect(() => readConfiguration(write({ ...worker, handler }), workerSchema)).toThrow(message);
  });

  test('of the model loader need a bucket and a key, and of the API keys a secret', () => {
    const model = { schemaVersion: 1, bucket: 'models', key: 'a.gguf' };
    expect(readConfiguration(write(model), modelSchema)).toEqual({ ...model, directory: '/var/lib/graviton' });
    expect(() => readConfiguration(write({ schemaVersion: 2, sha256: 'A' }), modelSchema)).toThrow(
      /bucket[^]*key[^]*schemaVersion[^]*sha256/,
    );
    const keys = { schemaVersion: 1, secretArn: 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:keys' };
    expect(readConfiguration(write(keys), apiKeysSchema)).toEqual({
      ...keys,
      refreshSeconds: 300,
      file: '/run/graviton-api-keys/keys',
    });
  });

  test('that are missing or no JSON are named', () => {
    expect(() => readConfiguration('/nowhere.json', drainSchema)).toThrow('/nowhere.json');
    const file = scratch();
    fs.writeFileSync(file, '{');
    expect(() => readConfiguration(file, drainSchema)).toThrow(file);
  });
});
