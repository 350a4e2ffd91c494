/** Why a file cannot be submitted or followed, as a sentence for whoever asked: it is shown without a stack trace. */
export class SubmitFault extends Error {
  override readonly name = 'SubmitFault';
}

/** The text of whatever was thrown, in one line. */
export const textOf = (error: unknown): string =>
  (error instanceof Error ? error.message || error.name : String(error)).replaceAll(/\s+/g, ' ').trim();
