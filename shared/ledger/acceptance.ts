import type { Acceptance, AcceptResult, StoredChunk } from '../limit-increase/ports.ts';
import { openCall } from './call-item.ts';
import { cardsItem } from './cards-item.ts';
import { chunkItem } from './chunk-item.ts';
import { nothingLives, nothingStands } from './conditions.ts';
import { LedgerFault } from './faults.ts';
import { assertAcceptance } from './invariants.ts';
import { cardsKey, chunkKey, requestKey } from './keys.ts';
import { shardOf } from './open-work.ts';
import { requestItem, requestOf } from './request-item.ts';
import type { Attributes } from './stored-item.ts';
import type { Part, Transact } from './transactions.ts';
import { tokenOf } from './write-token.ts';

export type AcceptanceDeps = {
  readonly transact: Transact;
  /** From 0 to below 1. */
  readonly random: () => number;
};

type Refusal = Exclude<AcceptResult, { result: 'accepted' }>;

/** Makes an order durable in one transaction: the request, its chunks with their cards, and the calls already in flight. */
export function createAccept({ transact, random }: AcceptanceDeps) {
  return async (acceptance: Acceptance): Promise<AcceptResult> => {
    assertAcceptance(acceptance);
    // Random beside the content: an order that comes again is one that exists, and only the SDK's own repeat is the same.
    const token = tokenOf([acceptance.request, random(), random()]);
    const parts = [requestPart(acceptance), ...acceptance.chunks.flatMap((stored) => chunkParts(stored, token))];
    const written = await transact<Refusal>({ operation: 'accept', token, parts });
    return written === 'written' ? { result: 'accepted' } : written;
  };
}

function requestPart({ request, dueAt }: Acceptance): Part<Refusal> {
  const { requestId, expiresAt, ...attributes } = request;
  const key = requestKey(requestId);
  return {
    put: requestItem.write(key, expiresAt, { ...attributes, openWork: shardOf(key), dueAt }),
    condition: nothingLives(request.createdAt),
    refused: (old) => ({ result: 'exists', request: requestOf(standing(old)) }),
  };
}

function chunkParts({ chunk, state }: StoredChunk, step: string): Part<Refusal>[] {
  const { ref, acceptedAt, expiresAt, corporation, pars } = chunk;
  const key = chunkKey(ref);
  const parts: Part<Refusal>[] = [
    { put: cardsItem.write(cardsKey(ref), expiresAt, { acceptedAt, corporation, pars }) },
    { put: chunkItem.write(key, expiresAt, { ...state, openWork: shardOf(key), step }) },
  ];
  if (state.inFlight === undefined) return parts;
  const put = openCall(expiresAt, { ...state.inFlight, chunk: ref });
  return [...parts, { put, condition: nothingStands, refused: () => ({ result: 'correlation_id_taken' }) }];
}

function standing(old: Attributes | undefined): Attributes {
  if (old === undefined) throw new LedgerFault('accept', 'a request exists and does not show itself');
  return old;
}
