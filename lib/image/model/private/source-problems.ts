import { Token } from 'aws-cdk-lib';
import { Problem } from '../../../validation';
import { S3ModelOptions } from '../s3-model-options';

/** Everything of an object in S3 that cannot be a model's place. */
export function objectProblems(key: string, { versionId, sha256 }: S3ModelOptions): Problem[] {
  return [
    ...keyProblems(key),
    ...textProblems('versionId', versionId, /^[\w.-]{1,1024}$/, 'the version id that S3 gave'),
    ...textProblems('sha256', sha256, /^[0-9a-f]{64}$/, '64 hexadecimal digits as sha256sum prints them'),
  ];
}

function keyProblems(key: string): Problem[] {
  if (Token.isUnresolved(key)) {
    return [];
  }
  const problems: Problem[] = [];
  const got = JSON.stringify(key);
  if (key === '' || key.startsWith('/') || key.endsWith('/') || key.startsWith('s3:')) {
    const fix = 'give the key alone, without bucket and without a slash before or after it';
    problems.push({ what: 'key', got, allowed: 'the key of an object, such as models/llama-3.1-8b.gguf', fix });
  }
  // In a policy these would stand for other objects too; {{ is a reference in a component document.
  if (/[*?$\p{Cc}]|\{\{/u.test(key) || Buffer.byteLength(key) > 1024) {
    const allowed = 'at most 1024 bytes without *, ?, $, {{ and control characters';
    problems.push({ what: 'key', got, allowed, fix: 'copy the object to another key' });
  }
  return problems;
}

function textProblems(what: string, text: string | undefined, pattern: RegExp, allowed: string): Problem[] {
  if (text === undefined || Token.isUnresolved(text) || pattern.test(text)) {
    return [];
  }
  return [{ what, got: JSON.stringify(text), allowed, fix: 'correct it, or leave it out' }];
}
