import type { Fault } from './problem.ts';

/** Reads the parameters of a query, and gathers what is wrong with them: every fault at once. */
export function createParameters(parameters: Readonly<Record<string, string>>, known: readonly string[]) {
  const wrong: Fault[] = [];
  return {
    /** `parse` answers undefined for a text that is not as `wanted`. */
    read<T>(parameter: string, otherwise: T, parse: (text: string) => T | undefined, wanted: string): T {
      const text = parameters[parameter];
      if (text === undefined) return otherwise;
      const value = parse(text);
      if (value === undefined) wrong.push({ parameter, detail: `must be ${wanted}` });
      return value ?? otherwise;
    },
    /** Of all that was read until now, and of names that nobody knows. */
    faults(): Fault[] {
      const unknown = Object.keys(parameters).filter((name) => !known.includes(name));
      const detail = `is unknown; known are ${known.join(', ')}`;
      return [...wrong, ...unknown.map((parameter) => ({ parameter, detail }))];
    },
  };
}

export const wantedLimit = (max: number): string => `a whole number from 1 to ${max}`;

export const parseLimit =
  (max: number) =>
  (text: string): number | undefined => {
    const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    return limit >= 1 && limit <= max ? limit : undefined;
  };
