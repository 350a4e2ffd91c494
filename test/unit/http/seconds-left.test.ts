import { expect, it } from 'vitest';
import { secondsLeft } from '../../../shared/http/seconds-left.ts';
import { noCounts } from '../../../shared/limit-increase/counts.ts';
import type { LimitIncreaseRequest } from '../../../shared/limit-increase/terms.ts';
import { anUploadState, aRequest } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

type Given = { status?: LimitIncreaseRequest['status']; total?: number; final?: number; afterMs?: number };

function left({ status = 'open', total = 1_000, final = 0, afterMs = 10_000 }: Given, checkedAt?: number) {
  const upload = anUploadState({ checkedAt });
  const request = aRequest({ source: 'upload', status, cardsTotal: total, upload });
  return secondsLeft({ request, counts: { ...noCounts, named: final } }, aMoment + afterMs);
}

it('is as long again as it took, when half of the cards are final', () => {
  expect(left({ final: 500 }, aMoment)).toBe(10);
});

it('counts cards of every final status, and tells whole seconds, rounded up', () => {
  const request = aRequest({ cardsTotal: 1_000, upload: anUploadState({ checkedAt: aMoment }) });
  const counts = { ...noCounts, named: 100, not_found: 100, unresolved: 100 };
  expect(secondsLeft({ request, counts }, aMoment + 10_000)).toBe(24);
});

it('is not known while the rows are being counted, nor before a card is final', () => {
  expect([left({ status: 'receiving', total: 0 }), left({}, aMoment)]).toEqual([null, null]);
});

it('is told while chunks are still being written', () => {
  expect(left({ status: 'receiving', final: 200 }, aMoment)).toBe(40);
});

it('is nothing once all is final, though the request does not know it yet', () => {
  expect([left({ status: 'settled' }), left({ final: 1_000 }, aMoment), left({ total: 0 }, aMoment)]).toEqual([
    0, 0, 0,
  ]);
});

it('is never negative, whatever the clock of another machine says', () => {
  expect(left({ final: 1, afterMs: -5_000 }, aMoment)).toBe(0);
});
