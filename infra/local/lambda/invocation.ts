/** What a function is invoked with: JSON text, and what Lambda tells beside it. */
export type Invocation = {
  readonly requestId: string;
  readonly event: string;
  readonly traceId: string;
};

/** `payload`: JSON text. */
export type InvocationResult =
  | { readonly result: 'returned'; readonly payload: string }
  /** The function threw, died or ran out of time; the payload has errorType and errorMessage. */
  | { readonly result: 'failed'; readonly payload: string }
  /** No process was free, and none more may be started. */
  | { readonly result: 'throttled' };

export function failure(errorType: string, errorMessage: string): InvocationResult {
  return { result: 'failed', payload: JSON.stringify({ errorType, errorMessage }) };
}

/** The most that goes into or comes out of a synchronous invocation: 6 MB. */
export const payloadBytesMax = 6 * 1024 * 1024;
