import * as z from 'zod';

/** Has its meaning on AWS only (at rest, on failure, for the operator): read, and deliberately not acted upon. */
export const onAwsOnly = z.unknown().optional();
