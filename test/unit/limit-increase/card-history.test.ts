import { describe, expect, it } from 'vitest';
import { cardHistory } from '../../../shared/limit-increase/card-history.ts';
import type { CallRecord, CardEntry, StoredChunk } from '../../../shared/limit-increase/ports.ts';
import { createReadCard } from '../../../shared/limit-increase/read-card.ts';
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

const result = (requestId: string, status: 'named' | 'already_named' | 'unresolved'): CardEntry => ({
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
  it('and settled after all is what it was settled as', () => {
    const entries = [result('B', 'named'), result('B', 'unresolved'), maybe('B')];
    expect(cardHistory(entries)).toMatchObject([{ requestId: 'B', status: 'named' }]);
    expect(cardHistory(entries.toReversed())).toMatchObject([{ requestId: 'B', status: 'named' }]);
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

  it('leaves an open card open when its call is gone', async () => {
    const [newest] = await createReadCard({ ...ledgerWith([maybe('B')]), readCall: async () => undefined })(aPar());
    expect(newest).toMatchObject({ status: 'open', correlationId: aCorrelationId(2) });
  });
});
