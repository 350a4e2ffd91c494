/** Why kona-check cannot run, in sentences for the operator: shown without a stack trace, exit code 2. */
export class KonaCheckError extends Error {
  override readonly name = 'KonaCheckError';

  constructor(faults: readonly string[]) {
    super([...faults, 'No card was sent. See npm run kona-check -- --help.'].join('\n'));
  }
}

/** The text of whatever was thrown, in one line. */
export const textOf = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).replaceAll(/\s+/g, ' ').trim();
