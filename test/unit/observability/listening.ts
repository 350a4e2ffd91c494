import { onTestFinished, vi } from 'vitest';
import { createObservability, type Observability } from '../../../shared/observability/observability.ts';

type Line = Record<string, unknown>;

/** The real logger and metrics, and what they write to stdout and stderr while the test runs: lines of JSON. */
export function listening(): { observability: Observability; lines(): Line[]; text(): string } {
  let text = '';
  const hear = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(hear));
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
  });
  const settings = { serviceName: 'gateway', metricsNamespace: 'Gateway', logLevel: 'DEBUG' as const };
  return {
    observability: createObservability(settings),
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line): Line => JSON.parse(line)),
  };
}
