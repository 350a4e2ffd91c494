import { expect, it } from 'vitest';
import { contextOf } from '../../../infra/local/command-line.ts';

it('hands on settings as the CDK command does', () => {
  expect(contextOf(['-c', 'konaTimeoutMs=2000', '--context', 'a=b=c'])).toEqual({ konaTimeoutMs: '2000', a: 'b=c' });
});

it.each([[['-c', 'novalue']], [['--port', '1']], [['word']]])('refuses %j', (args) => {
  expect(() => contextOf(args)).toThrow();
});
