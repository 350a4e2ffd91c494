import * as z from 'zod';
import { masked } from './masked.ts';

// Of an error only what is named here. Errors of SDKs carry answers, headers and items, so nothing else is looked at.

const causesMax = 3;
const framesMax = 8;

const absentIfOdd = z.string().optional().catch(undefined);
const errorSchema = z.object({
  name: absentIfOdd,
  message: absentIfOdd,
  code: absentIfOdd,
  awsErrorName: absentIfOdd,
  /** Made by AWS, letters and digits as long as a PAR and longer: it is what AWS support asks for. */
  awsRequestId: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,64}$/)
    .optional()
    .catch(undefined),
  stack: absentIfOdd,
  cause: z.unknown().optional(),
});

export type ErrorFields = {
  readonly name: string;
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly awsErrorName?: string | undefined;
  readonly awsRequestId?: string | undefined;
  /** Where it came from: the frames, without the message. */
  readonly frames?: readonly string[] | undefined;
  readonly cause?: ErrorFields | undefined;
};

/** What may be logged of something that was thrown, and of what caused it, three deep. */
export function errorFields(thrown: unknown, depth = 0): ErrorFields {
  const error = errorSchema.safeParse(thrown);
  if (!error.success) return { name: `thrown ${typeof thrown}` };
  const { name = 'Error', message, code, awsErrorName, awsRequestId, stack, cause } = error.data;
  return {
    name: masked(name),
    message: message && masked(message),
    code: code && masked(code),
    awsErrorName: awsErrorName && masked(awsErrorName),
    awsRequestId,
    frames: stack === undefined ? undefined : framesOf(stack),
    cause: cause === undefined || cause === null || depth >= causesMax ? undefined : errorFields(cause, depth + 1),
  };
}

const framesOf = (stack: string): string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, framesMax)
    .map((line) => masked(line.trim()));
