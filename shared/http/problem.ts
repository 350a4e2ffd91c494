// A problem document (RFC 9457) as a value: what a caller is told instead of what was asked for. The type is a stable
// relative URI, the title and the status go with it.

/** Where a fault stands: in the body (a JSON pointer, RFC 6901), in the path or query, or in a header. */
export type Fault = { readonly detail: string } & (
  | { readonly pointer: string }
  | { readonly parameter: string }
  | { readonly header: string }
);

const catalogue = {
  'invalid-order': { status: 400, title: 'The order is not well formed' },
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-idempotency-key': { status: 400, title: 'The Idempotency-Key is missing or not well formed' },
  'invalid-parameter': { status: 400, title: 'A part of the path or of the query is not well formed' },
  'invalid-redrive': { status: 400, title: 'The redrive is not well formed' },
  'unknown-request': { status: 404, title: 'There is no such limit increase' },
  'unknown-card': { status: 404, title: 'Nothing is known of this card yet' },
  'unknown-call': { status: 404, title: 'There is no such call' },
  'unknown-route': { status: 404, title: 'There is no such route' },
  'nothing-unresolved': { status: 409, title: 'No card has one of these statuses' },
  'not-settled': { status: 409, title: 'The limit increase is not settled yet' },
  'too-many-cards': { status: 413, title: 'The order has too many cards' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another order' },
  'internal-error': { status: 500, title: 'The gateway failed' },
  'ledger-unavailable': { status: 503, title: 'The ledger cannot be reached' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemName = keyof typeof catalogue;

export type Problem = {
  readonly type: `/problems/${ProblemName}`;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Fault[] | undefined;
  /** The limit increase that it is about. */
  readonly requestId?: string | undefined;
  /** API Gateway's ID of the HTTP request, by which an operator finds it in the logs. */
  readonly apiRequestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
};

type Particulars = Omit<Problem, 'type' | 'title' | 'status'>;

export const problem = (name: ProblemName, particulars: Particulars): Problem => ({
  type: `/problems/${name}`,
  ...catalogue[name],
  ...particulars,
});

/** Faults of path and query. */
export const invalidParameters = (errors: readonly Fault[]): Problem =>
  problem('invalid-parameter', { detail: 'See errors.', errors });
