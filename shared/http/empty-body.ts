import type { ApiRequest } from './api-request.ts';
import { type Problem, problem } from './problem.ts';

/**
 * Where a body has nothing to say: none, or an empty JSON object, as some clients send with every POST. Whoever sends
 * more believes that it is heeded: undefined if there is nothing of the kind.
 */
export function unexpectedBody({ body = '', isBase64Encoded }: Pick<ApiRequest, 'body' | 'isBase64Encoded'>) {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('latin1') : body;
  return /^\s*(\{\s*\}\s*)?$/.test(text) ? undefined : refused;
}

const refused: { readonly problem: Problem } = {
  problem: problem('unexpected-body', { detail: 'Nothing was done. Send no body: nothing of it would be heeded.' }),
};
