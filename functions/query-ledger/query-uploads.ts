import type { Answer } from '../../shared/http/answer.ts';
import type { ApiRequest } from '../../shared/http/api-request.ts';
import { invalidParameters } from '../../shared/http/problem.ts';
import { showState } from '../../shared/http/representation.ts';
import { writeUploadCursor } from '../../shared/http/upload-cursor.ts';
import { readUploadQuery } from '../../shared/http/upload-query.ts';
import type { Clock, LedgerReads } from '../../shared/limit-increase/ports.ts';
import type { UploadLedger } from '../../shared/limit-increase/upload-ledger.ts';

export type QueryUploadsDeps = {
  readonly ledger: Pick<LedgerReads, 'readRequest'> & Pick<UploadLedger, 'listUploads'>;
  readonly clock: Clock;
};

/** GET /v1/limit-increases?uploadKey=&limit=&cursor= */
export function createQueryUploads({ ledger, clock }: QueryUploadsDeps) {
  return async ({ queryStringParameters }: ApiRequest): Promise<Answer> => {
    const asked = readUploadQuery(queryStringParameters);
    if ('faults' in asked) return { problem: invalidParameters(asked.faults) };
    const { uploadKey, query } = asked;
    const { entries, last } = await ledger.listUploads(uploadKey, query);
    const found = await Promise.all(entries.map(({ requestId }) => ledger.readRequest(requestId)));
    const now = clock();
    // One whose time of keeping is over is left out, though its entry is still there.
    const limitIncreases = found.flatMap((request) => (request === undefined ? [] : showState(request, now)));
    const after = entries.at(-1);
    const nextCursor = last || after === undefined ? null : writeUploadCursor(uploadKey, after);
    return { status: 200, body: { limitIncreases, nextCursor } };
  };
}
