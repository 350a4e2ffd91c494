import { expect, it } from 'vitest';
import { startOptionsOf } from '../../../infra/local/command-line.ts';

it('hands on settings as the CDK command does', () => {
  const { context } = startOptionsOf(['-c', 'konaTimeoutMs=2000', '--context', 'a=b=c']);
  expect(context).toEqual({ konaTimeoutMs: '2000', a: 'b=c' });
});

it('keeps nothing unless it is told where', () => {
  expect(startOptionsOf([]).dataDirectory).toBeUndefined();
  expect(startOptionsOf(['--data', '.local/data']).dataDirectory).toBe('.local/data');
});

it.each([[['-c', 'novalue']], [['--port', '1']], [['word']]])('refuses %j', (args) => {
  expect(() => startOptionsOf(args)).toThrow();
});
