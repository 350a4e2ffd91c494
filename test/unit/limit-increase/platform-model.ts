import { createReadWord } from '../../../shared/kona/listed-words.ts';
import { cutChunks } from '../../../shared/limit-increase/chunk.ts';
import type { ChunkState } from '../../../shared/limit-increase/chunk-state.ts';
import { foldOutcome } from '../../../shared/limit-increase/journal.ts';
import { nextStep } from '../../../shared/limit-increase/next-step.ts';
import type { CallOutcome } from '../../../shared/limit-increase/ports.ts';
import { type Par, parSchema } from '../../../shared/limit-increase/terms.ts';

// The least of a platform that the pure domain can be measured against: it answers every call at once and truly.

export type PlatformWays = {
  /** A list is refused 003_050 if any card of it is already named, or only if all are. */
  readonly alreadyNamedRefuses: 'any' | 'all';
  /** Which good cards of a refused list the platform names all the same; a number: each second, third, … of them. */
  readonly refusedListCommits: 'none' | 'all_good' | 'before_fault' | 2 | 3;
};

export type Fate = 'good' | 'unknown' | 'named_before';

export const corporation = {
  corporationName: '주식회사 코나',
  bizLicenseNo: '1168200276',
  registrationNumber: '1101110062432',
};

export const parAt = (position: number): Par =>
  parSchema.parse(`Q1${position.toString(16).toUpperCase().padStart(25, '0')}`);

export const rules = {
  backoffMs: [60_000] as const,
  readWord: createReadWord({ successMessages: ['Success'], refusalMessages: [] }),
};

/** Settles one chunk of these cards and answers its last state and how many calls it took. */
export function settleAll(fates: readonly Fate[], ways: PlatformWays, parsPerCallMax = 100) {
  const pars = fates.map((_, position) => parAt(position));
  const [stored] = cutChunks({ requestId: 'R', acceptedAt: 0, expiresAt: 0, corporation, pars, dueAt: 0 });
  if (stored === undefined) throw new Error('an order has cards');
  const { chunk } = stored;
  const named = new Set<number>([...fates.keys()].filter((position) => fates[position] === 'named_before'));
  const namedByRefusal = new Set<number>();
  let state: ChunkState = stored.state;
  for (let calls = 0; ; calls += 1) {
    const next = nextStep(state, parsPerCallMax, 0);
    if (next.step !== 'ask') return { chunk, state, calls, next, namedByRefusedLists: namedByRefusal };
    const call = { correlationId: `C${calls}`, positions: next.positions, startedAt: 0 };
    const outcome = answer(next.positions, {
      ...{ fates, named, namedByRefusal, ways },
      parOf: (position) => pars[position] ?? '',
    });
    state = foldOutcome({ ...state, inFlight: call }, { chunk, call, outcome, at: 0 }, rules);
  }
}

type World = {
  readonly fates: readonly Fate[];
  readonly named: Set<number>;
  /** Those that a refused list named. */
  readonly namedByRefusal: Set<number>;
  readonly ways: PlatformWays;
  readonly parOf: (position: number) => string;
};

function answer(list: readonly number[], { fates, named, namedByRefusal, ways, parOf }: World): CallOutcome {
  const missing = list.filter((position) => fates[position] === 'unknown');
  const done = list.filter((position) => named.has(position));
  const refusedAsNamed = ways.alreadyNamedRefuses === 'any' ? done.length > 0 : done.length === list.length;
  const good = list.filter((position) => fates[position] !== 'unknown' && !named.has(position));
  const refused = missing.length > 0 || refusedAsNamed;
  const isFault = (position: number) => missing.includes(position) || done.includes(position);
  const committed = refused ? committedOf(good, list.findIndex(isFault), list, ways) : good;
  for (const position of committed) named.add(position);
  if (refused) for (const position of committed) namedByRefusal.add(position);
  if (missing.length > 0) return refusal('not_found', '003_021');
  if (refusedAsNamed) return refusal('already_named', '003_050');
  const listed = good.map((position) => ({ par: parOf(position), returnMessage: 'Success' }));
  return { kind: 'answered', httpStatus: 200, code: '000_000', listed, breaches: [] };
}

function committedOf(
  good: readonly number[],
  firstFault: number,
  list: readonly number[],
  { refusedListCommits: way }: PlatformWays,
): readonly number[] {
  if (way === 'none') return [];
  if (way === 'all_good') return good;
  if (way === 'before_fault') return good.filter((position) => list.indexOf(position) < firstFault);
  return good.filter((_, index) => index % way === 0);
}

const refusal = (meaning: 'not_found' | 'already_named', code: string): CallOutcome => ({
  kind: 'refused',
  httpStatus: 400,
  code,
  meaning,
  breaches: [],
});
