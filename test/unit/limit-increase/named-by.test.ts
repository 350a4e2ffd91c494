import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedBy } from '../../../shared/limit-increase/named-by.ts';
import type { CardEntry } from '../../../shared/limit-increase/ports.ts';
import { type FinalCardStatus, finalCardStatuses, type NamedBy } from '../../../shared/limit-increase/terms.ts';
import { aPar, retention } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';

const { FC_SEED: seed } = process.env;
const replay = seed === undefined ? {} : { seed: Number(seed) };

type Corporation = { bizLicenseNo: string; registrationNumber: string };
const ours: Corporation = { bizLicenseNo: '1168200276', registrationNumber: '1101110062432' };
const theirs: Corporation = { bizLicenseNo: '1348672683', registrationNumber: '1101117125720' };
const third: Corporation = { bizLicenseNo: '1168200276', registrationNumber: '1101117125720' };
const asked = { ...ours, requestId: 'asked', updatedAt: aMoment };

const common = {
  par: aPar(),
  acceptedAt: aMoment - 60_000,
  expiresAt: retention(aMoment),
  updatedAt: aMoment - 50_000,
};

const result = (
  status: FinalCardStatus,
  whose: Corporation,
  over: Partial<typeof common> & { requestId?: string; redrive?: number | undefined } = {},
): CardEntry => ({
  ...common,
  ...whose,
  requestId: `${whose.registrationNumber}-${status}`,
  ...over,
  entry: 'result',
  status,
});

const maybe = (
  whose: Corporation,
  over: Partial<typeof common> & { requestId?: string; presumedElsewhere?: boolean } = {},
): CardEntry => ({
  ...common,
  ...whose,
  requestId: `${whose.registrationNumber}-maybe`,
  presumedElsewhere: false,
  ...over,
  entry: 'maybe',
});

const itself = result('already_named', ours, { requestId: 'asked', updatedAt: aMoment });
/** Calls of the result's own chunk, which most likely did not name the card. */
const unlikely = maybe(ours, { requestId: 'asked', presumedElsewhere: true });

describe('whose naming an already_named speaks of', () => {
  it.each<[string, NamedBy, CardEntry[]]>([
    ['nothing else is known', 'elsewhere', []],
    ['a 200 listed it for this corporation', 'this_corporation', [result('named', ours)]],
    ['a 200 listed it for another', 'other_corporation', [result('named', theirs)]],
    ['a 200 listed it for another with the same first number', 'other_corporation', [result('named', third)]],
    ['a call for this one may have named it', 'presumed_this_corporation', [maybe(ours)]],
    ['a call for another one may have named it', 'disputed', [maybe(theirs)]],
    ['calls for both may have named it', 'disputed', [maybe(ours), maybe(theirs)]],
    ['calls for two others may have named it', 'disputed', [maybe(theirs), maybe(third)]],
    ['proof for this one meets a presumption for another', 'this_corporation', [result('named', ours), maybe(theirs)]],
    ['proof for another meets a presumption for this one', 'other_corporation', [maybe(ours), result('named', theirs)]],
    ['other orders found it named as well', 'elsewhere', [result('already_named', theirs), result('unresolved', ours)]],
    [
      'the platform judged the other one’s card afterwards',
      'presumed_this_corporation',
      [maybe(ours), maybe(theirs, { requestId: 'judged' }), result('rejected', theirs, { requestId: 'judged' })],
    ],
    [
      'the other one’s card was not found afterwards, and no call for this one carried it',
      'elsewhere',
      [maybe(theirs, { requestId: 'judged' }), result('not_found', theirs, { requestId: 'judged' })],
    ],
    ['only its own calls may have named it, and most likely did not', 'presumed_elsewhere', [unlikely]],
    [
      'another order’s call for this one may have named it too',
      'presumed_this_corporation',
      [unlikely, maybe(ours, { requestId: 'another' })],
    ],
    [
      'the calls that most likely did not are another order’s',
      'presumed_this_corporation',
      [maybe(ours, { requestId: 'another', presumedElsewhere: true })],
    ],
    ['a call for another may have named it too', 'disputed', [unlikely, maybe(theirs)]],
    [
      'the calls for another most likely did not',
      'disputed',
      [unlikely, maybe(theirs, { requestId: 'another', presumedElsewhere: true })],
    ],
    ['a 200 listed it before for this one', 'this_corporation', [unlikely, result('named', ours)]],
    ['a 200 listed it before for another', 'other_corporation', [unlikely, result('named', theirs)]],
    [
      'another order’s card was judged afterwards, and its own calls most likely did not name it',
      'presumed_elsewhere',
      [unlikely, maybe(theirs, { requestId: 'judged' }), result('not_found', theirs, { requestId: 'judged' })],
    ],
    [
      'another order of this one came later, and its own calls most likely did not name it',
      'presumed_elsewhere',
      [unlikely, maybe(ours, { requestId: 'later', acceptedAt: aMoment + 1 })],
    ],
    [
      'the other one’s card stayed in doubt',
      'disputed',
      [maybe(ours), maybe(theirs, { requestId: 'doubt' }), result('unresolved', theirs, { requestId: 'doubt' })],
    ],
    [
      'the other one’s order came later',
      'presumed_this_corporation',
      [maybe(ours), maybe(theirs, { acceptedAt: aMoment + 1 })],
    ],
    // failures: F073
  ])('when %s: %s', (_, expected, history) => {
    expect(namedBy([itself, ...history], asked)).toBe(expected);
  });

  const theirsOf = (requestId: string) => ({
    trace: maybe(theirs, { requestId }),
    became: (status: FinalCardStatus, redrive?: number) => result(status, theirs, { requestId, redrive }),
    reopened: (redrive: number): CardEntry => ({
      ...{ ...common, ...theirs, requestId, entry: 'reopened' },
      ...{ redrive, chunkNumber: 1 },
    }),
  });
  const { trace, became, reopened } = theirsOf('redriven');

  it.each<[string, NamedBy, CardEntry[]]>([
    ['its card is open again', 'disputed', [became('rejected'), reopened(1)]],
    ['it is open again after two refusals', 'disputed', [became('not_found'), became('rejected', 1), reopened(2)]],
    ['its card was given up then', 'disputed', [became('not_found'), reopened(1), became('unresolved', 1)]],
    ['its card was named already then', 'disputed', [became('rejected'), reopened(1), became('already_named', 1)]],
    [
      'the platform refused its card once more',
      'presumed_this_corporation',
      [became('rejected'), reopened(1), became('not_found', 1)],
    ],
    [
      'the platform judged its card only then',
      'presumed_this_corporation',
      [became('unresolved'), reopened(1), became('rejected', 1)],
    ],
    [
      'the platform judged its card before redrives had numbers',
      'presumed_this_corporation',
      [became('unresolved'), became('rejected')],
    ],
    ['its card was named then', 'other_corporation', [became('rejected'), reopened(1), became('named', 1)]],
    // failures: F020
  ])('after a redrive of the other request goes by its latest result: %s: %s', (_, expected, history) => {
    const entries = [itself, maybe(ours), trace, ...history];
    expect(namedBy(entries, asked)).toBe(expected);
    expect(namedBy(entries.toReversed(), asked)).toBe(expected);
  });

  it('after a redrive of its own request does not believe what the platform said before', () => {
    const before = [trace, became('not_found'), reopened(1), became('already_named', 1)];
    expect(namedBy(before, { ...theirs, requestId: trace.requestId, updatedAt: aMoment })).toBe(
      'presumed_this_corporation',
    );
  });

  it('believes the later of two proofs: a card may have been given on', () => {
    const early = result('named', ours);
    const late = result('named', theirs, { updatedAt: common.updatedAt + 1 });
    expect(namedBy([early, late], asked)).toBe('other_corporation');
    expect(namedBy([early, late], { ...asked, ...theirs })).toBe('this_corporation');
  });

  const entry = fc
    .record({
      whose: fc.constantFrom(ours, theirs, third),
      status: fc.constantFrom(...finalCardStatuses, 'maybe' as const),
      requestId: fc.constantFrom('asked', 'b', 'c'),
      presumedElsewhere: fc.boolean(),
      redrive: fc.constantFrom(undefined, 1, 2),
    })
    .map(({ whose, status, requestId, presumedElsewhere, redrive }) =>
      status === 'maybe'
        ? maybe(whose, { requestId, presumedElsewhere })
        : result(status, whose, { requestId, redrive }),
    );
  const isProof = (one: CardEntry) => one.entry === 'result' && one.status === 'named';

  // failures: F073
  it('says that it is this corporation’s only with proof for it, and elsewhere only without any', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (history) => {
        const whose = namedBy(history, asked);
        const latest = (requestId: string) => {
          const results = history.filter((one) => one.entry === 'result' && one.requestId === requestId);
          const last = Math.max(...results.map(({ redrive = 0 }) => redrive));
          const ofLast = results.flatMap((one) =>
            one.entry === 'result' && (one.redrive ?? 0) === last ? one.status : [],
          );
          // What was given up before redrives had numbers came before any other result.
          return ofLast.length > 1 ? ofLast.filter((status) => status !== 'unresolved') : ofLast;
        };
        const isNotNamed = (status: FinalCardStatus) => status === 'not_found' || status === 'rejected';
        const disproved = (one: CardEntry) => {
          const statuses = one.entry === 'maybe' ? latest(one.requestId) : [];
          return statuses.length > 0 && statuses.every(isNotNamed);
        };
        const proofs = history.filter((one) => isProof(one) && !disproved(one));
        const own = proofs.filter(({ registrationNumber }) => registrationNumber === ours.registrationNumber);
        if (whose === 'this_corporation') expect(own).not.toHaveLength(0);
        expect(whose === 'this_corporation' || whose === 'other_corporation').toBe(proofs.length > 0);
      }),
      replay,
    );
  });

  it('is never elsewhere while a call of ours may have named the card, nor presumed so for another order’s calls', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (history) => {
        const cleared = history.flatMap((one) =>
          one.entry === 'result' && (one.status === 'not_found' || one.status === 'rejected') ? one.requestId : [],
        );
        const possible = history.filter((one) => one.entry === 'maybe' && !cleared.includes(one.requestId));
        const whose = namedBy(history, asked);
        if (whose === 'elsewhere') expect(possible).toEqual([]);
        if (whose !== 'presumed_elsewhere') return;
        const certain = possible.filter(
          (one) => one.requestId !== 'asked' || (one.entry === 'maybe' && !one.presumedElsewhere),
        );
        expect([possible.length > 0, certain]).toEqual([true, []]);
      }),
      replay,
    );
  });

  it('does not depend on the order of the entries', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (history) => {
        expect(namedBy([...history].reverse(), asked)).toBe(namedBy(history, asked));
      }),
      replay,
    );
  });
});
