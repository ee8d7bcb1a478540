import { describe, expect, test } from 'vitest';
import { logicalIdOf, resolveIntrinsics } from '../../../lib/cli/preview/assembly/resolve-intrinsics';

const CONTEXT = {
  stackName: 'Chat',
  region: 'us-east-1',
  account: '123456789012',
  parameters: { Stage: { Default: 'prod' }, Secret: {} },
  mappings: { Sizes: { large: { count: 3 } } },
};

describe('a value of a template', () => {
  test.each<[string, unknown, unknown]>([
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['a parameter with a default', { Ref: 'Stage' }, 'prod'],
    ['a parameter without', { Ref: 'Secret' }, '{Secret}'],
    ['a resource', { Ref: 'Group1A2B' }, '{Group1A2B}'],
    ['an attribute', { 'Fn::GetAtt': ['Group1A2B', 'Arn'] }, '{Group1A2B.Arn}'],
    ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, { Ref: 'Group' }]] }, 'a-prod-{Group}'],
    ['a substitution', { 'Fn::Sub': '${AWS::StackName}/${Group.Arn}/${!Literal}' }, 'Chat/{Group.Arn}/${Literal}'],
    ['a substitution of its own', { 'Fn::Sub': ['${x}', { x: { Ref: 'Stage' } }] }, 'prod'],
    ['a part of known text', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['a part of what is not known', { 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'L' }] }] }, '{L[1]}'],
    ['a mapping', { 'Fn::FindInMap': ['Sizes', 'large', 'count'] }, 3],
    ['a mapping that is not there', { 'Fn::FindInMap': ['Sizes', 'small', 'count'] }, '{Sizes.small.count}'],
    ['an import', { 'Fn::ImportValue': 'Other:Export' }, '{Other:Export}'],
    ['a condition', { 'Fn::If': ['IsProd', { Ref: 'Stage' }, 'other'] }, 'prod'],
    ['another function', { 'Fn::GetAZs': '' }, '{Fn::GetAZs}'],
    ['nested values', { a: [{ b: { Ref: 'Stage' } }, 1, true, null] }, { a: [{ b: 'prod' }, 1, true, null] }],
  ])('%s', (_, value, expected) => {
    expect(resolveIntrinsics(value, CONTEXT)).toEqual(expected);
  });

  test('leaves JSON readable, whatever stands in it', () => {
    const body = { 'Fn::Join': ['', ['{"widgets":["', { 'Fn::ImportValue': 'a"b\\c' }, '"]}']] };
    expect(JSON.parse(resolveIntrinsics(body, CONTEXT) as string)).toEqual({ widgets: ['{abc}'] });
  });

  test('only a whole resource has a logical id', () => {
    expect(['{Group1A2B}', '{Group.Arn}', '{L[1]}', 'Group'].map(logicalIdOf)).toEqual([
      'Group1A2B',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
