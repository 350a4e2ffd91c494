import type { Problem } from './problem.ts';

/** What a function answers: a representation, or a problem. */
export type Answer =
  | {
      readonly status: 200 | 202;
      readonly body: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | { readonly problem: Problem };

/** As API Gateway takes it (HTTP API, payload version 2.0). */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** It names cards and changes with time: nobody on the way may keep it. */
const always = { 'cache-control': 'no-store' };

export function render(answer: Answer): HttpAnswer {
  if (!('problem' in answer)) {
    const { status, headers, body } = answer;
    const all = { 'content-type': 'application/json; charset=utf-8', ...always, ...headers };
    return { statusCode: status, headers: all, body: JSON.stringify(body) };
  }
  const { retryAfterSeconds, ...document } = answer.problem;
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  const headers = { 'content-type': 'application/problem+json; charset=utf-8', ...always, ...retryAfter };
  return { statusCode: document.status, headers, body: JSON.stringify(document) };
}
