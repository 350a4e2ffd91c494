const textMax = 400;

/**
 * A text as it may be logged. Any run of 27 letters and digits or more may be a PAR, in whatever case it comes back: its
 * first and last four stay. The long names of code have no digits and are left. What is very long is cut.
 */
export function masked(text: string): string {
  const safe = text.replace(/[0-9A-Za-z]{27,}/g, (run) =>
    mayBePar(run) ? `${run.slice(0, 4)}…${run.slice(-4)}` : run,
  );
  return safe.length > textMax ? `${safe.slice(0, textMax)}…` : safe;
}

const mayBePar = (run: string): boolean => /\d/.test(run) || run === run.toUpperCase();
