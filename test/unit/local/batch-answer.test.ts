import { expect, it } from 'vitest';
import { failedOf } from '../../../infra/local/lambda/batch-answer.ts';

const failed = (payload: string): string[] => [...failedOf(payload, ['a', 'b'])];

it.each(['', 'null', '{}', '{"batchItemFailures":null}', '{"batchItemFailures":[]}', '{"else":1}'])(
  'takes the answer %j as a success of all messages',
  (payload) => {
    expect(failed(payload)).toEqual([]);
  },
);

it.each([
  'no json',
  '"text"',
  '{"batchItemFailures":"a"}',
  '{"batchItemFailures":[{"itemIdentifier":""}]}',
  '{"batchItemFailures":[{"itemIdentifier":null}]}',
  '{"batchItemFailures":[{"messageId":"a"}]}',
  '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"of another batch"}]}',
])('takes the answer %j as a failure of all messages', (payload) => {
  expect(failed(payload)).toEqual(['a', 'b']);
});

it('keeps the messages that the answer names', () => {
  expect(failed('{"batchItemFailures":[{"itemIdentifier":"b"}]}')).toEqual(['b']);
});
