/** A piece of code that keeps a promise, and what stands there if it is taken out. */
export type Guard = {
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly code: string;
  readonly without: string;
};

export const domain = (file: string): string => `shared/limit-increase/${file}.ts`;
