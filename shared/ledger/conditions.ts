import type { RedriveProgress } from '../limit-increase/redrive-ledger.ts';
import { secondsOf } from '../limit-increase/retention.ts';
import type { Instant } from '../limit-increase/terms.ts';
import type { Attributes } from './stored-item.ts';

// Every condition under which the ledger writes, each with its meaning. Those of a chunk's lease, on a line of time:
//
//    A takes: fence 7                leaseUntil             B takes: fence 8
//    ──────┬──────────────────────────────┬──────────────────────┬──────────────▶
//          │ A may write: its fence       │ anyone may take      │ A is fenced off,
//          │ stands, now <= leaseUntil    │ leaseUntil < now     │ whatever its clock says
//
// At leaseUntil exactly the lease still holds: its holder may write, no other may take. Between its end and the next
// worker's taking the chunk, A may not write either, but nothing it did is undone.

/** `names` are the attributes that the expression speaks of as `#name`. */
export type Condition = {
  readonly expression: string;
  readonly names?: readonly string[];
  readonly values?: Attributes;
};

/** Nothing stands under this key: of two who write it, one wins. */
export const nothingStands: Condition = { expression: 'attribute_not_exists(pk)' };

/** Nothing stands under this key but what has expired: DynamoDB deletes that some days later, and no two items at once. */
export const nothingLives = (at: Instant): Condition => ({
  expression: 'attribute_not_exists(pk) OR #expiresAt <= :at',
  names: ['expiresAt'],
  values: { ':at': secondsOf(at) },
});

/** What stands under this key, if anything does, has not expired. True of what says nothing of that. */
export const nothingExpired = (at: Instant): Condition => ({
  expression: 'NOT #expiresAt <= :at',
  names: ['expiresAt'],
  values: { ':at': secondsOf(at) },
});

/** What stands under this key has expired. */
export const itemHasExpired = (at: Instant): Condition => ({
  expression: '#expiresAt <= :at',
  names: ['expiresAt'],
  values: { ':at': secondsOf(at) },
});

/** The chunk is as this write left it. */
export const isAsOfStep = (step: string): Condition => ({
  expression: '#step = :step',
  names: ['step'],
  values: { ':step': step },
});

/** The call was journalled and its outcome is not known yet: the first outcome stands. */
export const callHasNoOutcome: Condition = {
  expression: 'attribute_exists(pk) AND attribute_not_exists(#outcome)',
  names: ['outcome'],
};

/** The chunk is settled, was not reopened since, and is still in the index of open work. */
export const chunkIsSettled = (fence: number): Condition => ({
  expression: '#stage = :settled AND #fence = :fence',
  names: ['stage', 'fence'],
  values: { ':settled': 'settled', ':fence': fence },
});

/** Every card of the chunk is final, and nobody reopened it since I looked. `fence` is the one with which I reopen it. */
export const chunkIsFinal = ({ fence, step }: Omit<Holder, 'now'>): Condition => ({
  expression: `#stage <> :open AND #fence = :fence AND ${stepIsNew}`,
  names: ['stage', 'fence', 'step'],
  values: { ':open': 'open', ':fence': fence - 1, ':step': step },
});

/** The request was redriven so often, and by now no more often. */
function redrivenSoOften(redriven: number): Required<Condition> {
  if (redriven === 0) return { expression: 'attribute_not_exists(#redriven)', names: ['redriven'], values: {} };
  return { expression: '#redriven = :redriven', names: ['redriven'], values: { ':redriven': redriven } };
}

/** Every card of the request was read, it has not been settled yet, and nobody redrives it, or did since its cards were counted. */
export function requestMaySettle(redriven: number): Condition {
  const { expression, names, values } = redrivenSoOften(redriven);
  return {
    expression: `#status = :open AND attribute_not_exists(#redriving) AND ${expression}`,
    names: ['status', 'redriving', ...names],
    values: { ...values, ':open': 'open' },
  };
}

/** The request is settled, and this redrive is its next. */
export function requestMayBeRedriven(number: number): Condition {
  const { expression, names, values } = redrivenSoOften(number - 1);
  return {
    expression: `#status = :settled AND ${expression}`,
    names: ['status', ...names],
    values: { ...values, ':settled': 'settled' },
  };
}

const underWay = { expression: '#redriving.#number = :number', names: ['redriving', 'number'] };

/** This redrive is the one that is under way. */
export const redriveIsUnderWay = (number: number): Condition => ({ ...underWay, values: { ':number': number } });

/** It is, and nobody noted that it has come further. */
export const redriveCameTo = ({ number, chunksDone }: RedriveProgress): Condition => ({
  expression: `${underWay.expression} AND #redriving.#chunksDone <= :chunksDone`,
  names: [...underWay.names, 'chunksDone'],
  values: { ':number': number, ':chunksDone': chunksDone },
});

/** There is still something to be done for the request: a card is open, or a row unread, or a report unwritten. */
export const requestIsOpenWork: Condition = {
  expression: 'attribute_exists(pk) AND attribute_exists(#openWork)',
  names: ['openWork'],
};

const receiving = { expression: '#status = :receiving', names: ['status'], values: { ':receiving': 'receiving' } };

/** The file is still being read. One that was abandoned has its failure before it ends. */
export const requestIsReceiving: Condition = {
  ...receiving,
  expression: `${receiving.expression} AND attribute_not_exists(#upload.#failure)`,
  names: ['status', 'upload', 'failure'],
};

/** The file is still being read, and nobody has come to its end yet. */
export const requestIsUnchecked: Condition = {
  ...receiving,
  expression: `${receiving.expression} AND attribute_not_exists(#upload.#checkedAt)`,
  names: ['status', 'upload', 'checkedAt'],
};

/** The file is still being read, and nobody has written more of its chunks. */
export const chunksWrittenAtMost = (chunksWritten: number): Condition => ({
  expression: `${requestIsReceiving.expression} AND #upload.#chunksWritten <= :chunksWritten`,
  names: ['status', 'upload', 'failure', 'chunksWritten'],
  values: { ...receiving.values, ':chunksWritten': chunksWritten },
});

/** Every row was read, and every chunk written: nothing of the file is missing. */
export const requestIsWritten: Condition = {
  ...receiving,
  expression: `${requestIsReceiving.expression} AND attribute_exists(#upload.#checkedAt) AND #upload.#chunksWritten = #chunksTotal`,
  names: ['status', 'upload', 'failure', 'checkedAt', 'chunksWritten', 'chunksTotal'],
};

/** Every row was read, but not every chunk is known to be written: it may still be abandoned. */
export const requestIsChecked: Condition = {
  ...receiving,
  expression: `${requestIsReceiving.expression} AND attribute_exists(#upload.#checkedAt)`,
  names: ['status', 'upload', 'failure', 'checkedAt'],
};

/** The file was abandoned, and has not ended yet. */
export const requestIsAbandoned: Condition = {
  ...receiving,
  expression: `${receiving.expression} AND attribute_exists(#upload.#failure)`,
  names: ['status', 'upload', 'failure'],
};

/** The request is settled, and its report of this edition is the one that is still to be written. */
export const reportIsOwed = (edition: number): Condition => ({
  expression: '#status = :settled AND #upload.#edition = :edition AND attribute_not_exists(#upload.#reportedAt)',
  names: ['status', 'upload', 'edition', 'reportedAt'],
  values: { ':settled': 'settled', ':edition': edition },
});

/** Nobody has written the platform's state since this version; 0: it was never written. */
export const platformIsOfVersion = (version: number): Condition =>
  version === 0
    ? { expression: 'attribute_not_exists(#version)', names: ['version'] }
    : { expression: '#version = :version', names: ['version'], values: { ':version': version } };

type Holder = { readonly fence: number; readonly now: Instant; readonly step: string };

// A step that the chunk already holds is not taken again: the same write may come twice.
const stepIsNew = '#step <> :step';

/** I hold the chunk: the fence is mine and my lease has not expired. */
export const leaseIsMine = ({ fence, now, step }: Holder): Condition => ({
  expression: `#fence = :fence AND #leaseUntil >= :now AND ${stepIsNew}`,
  names: ['fence', 'leaseUntil', 'step'],
  values: { ':fence': fence, ':now': new Date(now).toISOString(), ':step': step },
});

/** Nobody holds the chunk, and nobody took it since I looked. `fence` is the one that I take it with. */
export const leaseIsFree = ({ fence, now, step }: Holder): Condition => ({
  expression: `#fence = :fence AND (attribute_not_exists(#leaseUntil) OR #leaseUntil < :now) AND ${stepIsNew}`,
  names: ['fence', 'leaseUntil', 'step'],
  values: { ':fence': fence - 1, ':now': new Date(now).toISOString(), ':step': step },
});

/**
 * Nobody has touched the chunk since it was written, by code that writes as we do, with so many cards, expiring then: this
 * may be asked of a chunk that was not read.
 */
export const chunkIsUntouched = ({ pool, schemaVersion, expiresAt }: Untouched): Condition => ({
  expression: '#fence = :fence AND #plan.#pool = :pool AND #schemaVersion = :schemaVersion AND #expiresAt = :expiresAt',
  names: ['fence', 'plan', 'pool', 'schemaVersion', 'expiresAt'],
  values: { ':fence': 0, ':pool': pool, ':schemaVersion': schemaVersion, ':expiresAt': expiresAt },
});

/** `pool`: all cards, as the table has them. */
type Untouched = { readonly pool: string; readonly schemaVersion: number; readonly expiresAt: number };
