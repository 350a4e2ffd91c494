import { describe, expect, it } from 'vitest';
import { cardHistory } from '../../../shared/limit-increase/card-history.ts';
import type { CallRecord, CardEntry, StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { createReadCard } from '../../../shared/limit-increase/read-card.ts';
import type { FinalCardStatus } from '../../../shared/limit-increase/terms.ts';
import {
  aCall,
  aChunk,
  aCorporation,
  aCorrelationId,
  aPar,
  aResult,
  aState,
  retention,
} from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const { bizLicenseNo, registrationNumber } = aCorporation();
const common = {
  par: aPar(),
  bizLicenseNo,
  registrationNumber,
  acceptedAt: aMoment,
  expiresAt: retention(aMoment),
  updatedAt: aMoment,
};

const result = (requestId: string, status: FinalCardStatus): CardEntry => ({
  ...common,
  ...{ requestId, entry: 'result', status, correlationId: aCorrelationId(1) },
});
const maybe = (requestId: string): CardEntry => ({
  ...common,
  ...{ requestId, entry: 'maybe', presumedElsewhere: false, correlationId: aCorrelationId(2) },
});

describe('a card’s history', () => {
  it('has one item a request: its result, or that the card is open', () => {
    const entries = [maybe('C'), result('B', 'already_named'), maybe('B'), result('A', 'unresolved')];
    const told = cardHistory(entries).map(({ requestId, status, namedBy }) => ({ requestId, status, namedBy }));
    expect(told).toEqual([
      { requestId: 'C', status: 'open', namedBy: undefined },
      { requestId: 'B', status: 'already_named', namedBy: 'presumed_this_corporation' },
      { requestId: 'A', status: 'unresolved', namedBy: undefined },
    ]);
  });
});

describe('a request’s result', () => {
  it('stands for it even where its trace comes first', () => {
    expect(cardHistory([maybe('B'), result('B', 'named')])).toMatchObject([{ requestId: 'B', status: 'named' }]);
  });
});

describe('a card that was given up', () => {
  it('and settled before redrives had numbers shows both results', () => {
    const entries = [result('B', 'named'), result('B', 'unresolved'), maybe('B')];
    const both = [
      { requestId: 'B', status: 'named' },
      { requestId: 'B', status: 'unresolved' },
    ];
    expect(cardHistory(entries)).toMatchObject(both);
    expect(cardHistory(entries.toReversed())).toMatchObject(both);
  });
});

describe('a card that redrives reopened', () => {
  const entry = (status: FinalCardStatus, over: Partial<CardEntry> = {}, requestId = 'B') =>
    Object.assign(result(requestId, status), over);
  const reopened = (redrive: number, updatedAt = aMoment): CardEntry => ({
    ...{ ...common, updatedAt, requestId: 'B', entry: 'reopened', redrive, chunkNumber: 3 },
  });
  const shownAs = (entries: readonly CardEntry[]) =>
    cardHistory(entries).map(({ requestId, status }) => `${requestId} ${status}`);

  it('is open above its earlier results, and then what it became', () => {
    const first = [maybe('B'), entry('not_found')];
    expect(shownAs([...first, reopened(1)])).toEqual(['B open', 'B not_found']);
    const second = [...first, reopened(1), entry('rejected', { redrive: 1 })];
    expect(shownAs(second)).toEqual(['B rejected', 'B not_found']);
    expect(shownAs([...second, reopened(2)])).toEqual(['B open', 'B rejected', 'B not_found']);
    const third = [...second, reopened(2), entry('named', { redrive: 2 })];
    expect(shownAs(third)).toEqual(['B named', 'B rejected', 'B not_found']);
    expect(shownAs(third.toReversed())).toEqual(shownAs(third));
  });

  it('stands above orders that were accepted later, from when it was reopened', () => {
    const later = (acceptedAt: number) => entry('not_found', { acceptedAt }, 'C');
    const earlier = entry('not_found');
    const named = entry('named', { redrive: 1, updatedAt: aMoment + 20 });
    expect(shownAs([later(aMoment + 1), earlier])).toEqual(['C not_found', 'B not_found']);
    expect(shownAs([later(aMoment + 1), earlier, reopened(1, aMoment + 10)])).toEqual([
      ...['B open', 'C not_found', 'B not_found'],
    ]);
    expect(shownAs([later(aMoment + 1), earlier, reopened(1, aMoment + 10), named])[0]).toBe('B named');
    expect(shownAs([later(aMoment + 30), earlier, reopened(1, aMoment + 10), named])[0]).toBe('C not_found');
  });
});

describe('reading a card', () => {
  const call: CallRecord = { ...aCall({ correlationId: aCorrelationId(2) }), chunk: aChunk().ref };
  const ledgerWith = (entries: CardEntry[], stored?: StoredChunk) => ({
    readCardHistory: async () => entries,
    readCall: async (correlationId: string) => (correlationId === call.correlationId ? call : undefined),
    readChunk: async () => stored,
  });

  it('finds nothing where there are no entries', async () => {
    expect(await createReadCard(ledgerWith([]))(aPar())).toEqual([]);
  });

  it('tells of an open card, by its call and chunk, when it is looked after next', async () => {
    const stored = { chunk: aChunk(), state: aState(2, { dueAt: aMoment + 5_000 }) };
    const [newest] = await createReadCard(ledgerWith([maybe('B')], stored))(aPar());
    expect(newest).toMatchObject({ requestId: 'B', status: 'open', nextCheckAt: aMoment + 5_000 });
  });

  it('tells what became of an open card since its trace was written', async () => {
    const results = new Map([[0, aResult({ status: 'already_named', code: '003_050' })]]);
    const stored = { chunk: aChunk(), state: aState(2, { results }) };
    const [newest, older] = await createReadCard(ledgerWith([maybe('B'), result('A', 'named')], stored))(aPar());
    expect(newest).toMatchObject({ status: 'already_named', code: '003_050', namedBy: 'this_corporation' });
    expect(newest).not.toHaveProperty('par');
    expect(older).toMatchObject({ requestId: 'A', status: 'named' });
  });

  const notFound = result('B', 'not_found');
  const reopened: CardEntry = { ...common, requestId: 'B', entry: 'reopened', redrive: 1, chunkNumber: 1 };
  const statusesOf = async (entries: CardEntry[], stored: StoredChunk) =>
    (await createReadCard(ledgerWith(entries, stored))(aPar())).map(({ status }) => status);

  it('tells of a reopened card, by its chunk, when it is looked after next', async () => {
    const stored = { chunk: aChunk(), state: aState(2, { dueAt: aMoment + 5_000, redriven: 1 }) };
    const history = await createReadCard(ledgerWith([reopened, notFound], stored))(aPar());
    expect(history).toMatchObject([{ status: 'open', nextCheckAt: aMoment + 5_000 }, { status: 'not_found' }]);
  });

  it('shows a reopened card as it is until the redrive comes to its chunk, and what it became as soon as that', async () => {
    const of = (status: 'not_found' | 'named', redrive?: number) => ({
      chunk: aChunk(),
      state: aState(2, { redriven: redrive, results: new Map([[0, aResult({ status, redrive })]]) }),
    });
    expect(await statusesOf([reopened, notFound], of('not_found'))).toEqual(['not_found']);
    expect(await statusesOf([reopened, notFound], of('named', 1))).toEqual(['named', 'not_found']);
  });

  it('does not take the chunk of a later request under the same key for that of a reopened card', async () => {
    const chunk = aChunk({ acceptedAt: aMoment + 1 });
    const stored = { chunk, state: aState(2, { results: new Map([[0, aResult()]]) }) };
    expect(await statusesOf([reopened, notFound], stored)).toEqual(['open', 'not_found']);
  });

  it('finds a card open that was reopened before reopenings were entries of their own', async () => {
    const unresolved: CardEntry = { ...result('B', 'unresolved'), correlationId: aCorrelationId(2) };
    const stored = { chunk: aChunk(), state: aState(2, { dueAt: aMoment + 5_000, redriven: 1 }) };
    expect(await statusesOf([unresolved, maybe('B')], stored)).toEqual(['open', 'unresolved']);
  });

  it('leaves an open card open when its call is gone', async () => {
    const [newest] = await createReadCard({ ...ledgerWith([maybe('B')]), readCall: async () => undefined })(aPar());
    expect(newest).toMatchObject({ status: 'open', correlationId: aCorrelationId(2) });
  });
});
