import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { logEvents } from '../../../shared/observability/log-events.ts';

it('tells in the README what to do about every event that wants a person', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const runbook = readme.split('\n').filter((line) => line.startsWith('| `'));
  const wanted = Object.entries(logEvents).filter(([, { level }]) => level === 'error');
  expect(wanted.map(([code]) => code).filter((code) => !runbook.some((line) => line.includes(`\`${code}\``)))).toEqual(
    [],
  );
});
