import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Clock } from '../limit-increase/ports.ts';
import type { Observability } from '../observability/observability.ts';

// What every stack begins with. middy runs `before` from the first `use` to the last, and `after` and `onError` from the
// last to the first; so what is used first ends last:
//   1. log context: the invocation's ID on every line; cleared at the end, for the process lives on,
//   2. metrics: written at the end, whatever the end was,
//   3. what a stack adds: an error becomes an answer, or is logged and thrown on.
// An `onError` that returns a value ends the chain, and 1 and 2 would be left out: it must set `request.response`.

export type StackDeps = { readonly observability: Observability; readonly clock: Clock };

export type ObservedHandler<Result> = MiddyfiedHandler<unknown, Result, Error, Context>;

export function observedFunction<Result>({ logger, meter }: Observability): ObservedHandler<Result> {
  // Each function holds its own deadline: middy's would answer while the work goes on.
  return middy<unknown, Result, Error, Context>({ timeoutEarlyInMillis: 0 })
    .use(injectLambdaContext(logger, { resetKeys: true, logEvent: false }))
    .use({ after: () => meter.publish(), onError: () => meter.publish() });
}
