// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub writes its variables like this.
import { describe, expect, it } from 'vitest';
import { createResolver } from '../../../infra/local/template/intrinsics.ts';

const resolve = createResolver({
  ref: (name) => ({ Table: 'the-table', 'AWS::Region': 'ap-northeast-2' })[name],
  attribute: (id, attribute) => (id === 'Table' && attribute === 'Arn' ? 'arn:table' : undefined),
});

describe('the intrinsic functions of a template', () => {
  it.each([
    [{ Ref: 'Table' }, 'the-table'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:table'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, 'arn:table'],
    [
      { 'Fn::Sub': '${Table} in ${AWS::Region}, ${Table.Arn}, ${!Table}' },
      'the-table in ap-northeast-2, arn:table, ${Table}',
    ],
    [{ 'Fn::Sub': ['${Own}-${Table}', { Own: { Ref: 'AWS::Region' } }] }, 'ap-northeast-2-the-table'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Table' }, 3]] }, 'a/the-table/3'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['-', { Ref: 'Table' }] }] }, 'table'],
    [{ a: [{ b: { Ref: 'Table' } }, 1, null, true] }, { a: [{ b: 'the-table' }, 1, null, true] }],
    // A key of a policy statement, not the function.
    [{ Condition: { ArnLike: {} } }, { Condition: { ArnLike: {} } }],
  ])('%j becomes %j', (written, meant) => {
    expect(resolve(written)).toEqual(meant);
  });

  it.each([
    [{ Ref: 'Nobody' }, 'Nobody'],
    [{ Ref: 'AWS::NotificationARNs' }, 'AWS::NotificationARNs'],
    [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'Table.StreamArn'],
    [{ 'Fn::Sub': '${Nobody}' }, 'Nobody'],
    [{ deep: [{ 'Fn::ImportValue': 'x' }] }, 'Fn::ImportValue'],
    [{ 'Fn::If': ['c', 1, 2] }, 'Fn::If'],
    [{ 'Fn::Select': [2, ['only']] }, 'no part 2'],
    [{ 'Fn::Join': 'x' }, 'Fn::Join is malformed'],
  ])('%j is refused by name', (written, name) => {
    expect(() => resolve(written)).toThrow(name);
  });
});
