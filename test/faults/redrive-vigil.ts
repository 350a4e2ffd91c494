import { isDeepStrictEqual } from 'node:util';
import type { CardResult } from '../../shared/limit-increase/chunk-state.ts';
import type { CardEntry, LedgerReads } from '../../shared/limit-increase/ports.ts';
import type { RedriveBeginning, Reopening } from '../../shared/limit-increase/redrive-ledger.ts';
import type { Chunk } from '../../shared/limit-increase/terms.ts';
import { nameOf } from './outage-vigil.ts';

// The part of the vigil that knows redrives: one reopens the statuses that were asked for and nothing else, none of them is
// left out, and no earlier result is lost.

/** A redrive that was begun, as the request should keep it. */
type BegunRedrive = { readonly requestId: string } & Pick<RedriveBeginning, 'number' | 'redrive'>;

type Finals = ReadonlyMap<number, CardResult>;

export function createRedriveVigil({ readCardHistory }: Pick<LedgerReads, 'readCardHistory'>, violations: string[]) {
  const redrives: BegunRedrive[] = [];
  const earlierResults: { readonly chunk: Chunk; readonly position: number; readonly result: CardResult }[] = [];

  const statusesOf = (requestId: string, number: number | undefined): ReadonlySet<string> | undefined => {
    const found = redrives.find((one) => one.requestId === requestId && one.number === number);
    return found && new Set(found.redrive.statuses);
  };

  async function historyOf({ ref, pars }: Chunk, position: number): Promise<readonly CardEntry[]> {
    const par = pars[position];
    const history = par === undefined ? [] : await readCardHistory(par);
    return history.filter(({ requestId }) => requestId === ref.requestId);
  }

  async function hasResult(chunk: Chunk, position: number, result: CardResult): Promise<boolean> {
    const history = await historyOf(chunk, position);
    return history.some((entry) => entry.entry === 'result' && isDeepStrictEqual(keptOf(entry), keptOf(result)));
  }

  return {
    redrives,
    begun(requestId: string, { number, redrive }: RedriveBeginning): void {
      if (statusesOf(requestId, number) !== undefined)
        violations.push(`redrive ${number} of ${requestId} was begun twice`);
      redrives.push({ requestId, number, redrive });
    },
    /** A result that the chunk did not have before. */
    resultReached(
      { redriven }: { readonly redriven?: number | undefined },
      where: string,
      { redrive }: CardResult,
    ): void {
      if (redrive !== redriven)
        violations.push(`${where} has a result of redrive ${redrive} after redrive ${redriven}`);
    },
    /** `before`: the results until then. */
    async reopened({ chunk, state }: Reopening, before: Finals): Promise<void> {
      const { redriven } = state;
      const statuses = statusesOf(chunk.ref.requestId, redriven);
      if (statuses === undefined) violations.push(`${nameOf(chunk.ref)} was reopened by a redrive that nobody began`);
      for (const [position, result] of before) {
        const where = `${nameOf(chunk.ref)}/${position}`;
        const isAsked = statuses?.has(result.status) === true;
        const isReopened = !isDeepStrictEqual(keptOf(state.results.get(position)), keptOf(result));
        if (isAsked !== isReopened)
          violations.push(`${where} was ${result.status}, and was ${isReopened ? 'reopened' : 'left out'}`);
        if (!(await hasResult(chunk, position, result))) violations.push(`${where} has no card item`);
        if (!isReopened) continue;
        earlierResults.push({ chunk, position, result });
        const history = await historyOf(chunk, position);
        if (!history.some(({ entry, redrive }) => entry === 'reopened' && redrive === redriven))
          violations.push(`${where} was reopened, and its history does not say so`);
      }
    },
    /** `finals`: the results of all chunks of the request. */
    ended(requestId: string, number: number, finals: readonly Finals[]): void {
      const statuses = statusesOf(requestId, number);
      const left = finals.flatMap((of) => [...of.values()]).filter(({ status }) => statuses?.has(status));
      if (left.some(({ redrive }) => redrive !== number))
        violations.push(`redrive ${number} of ${requestId} ended before it had reopened all that was asked for`);
    },
    /** Of results that a redrive replaced: those that the card's history has no longer, in words. */
    async lostResults(): Promise<string[]> {
      const lost: string[] = [];
      for (const { chunk, position, result } of earlierResults)
        if (!(await hasResult(chunk, position, result)))
          lost.push(`${nameOf(chunk.ref)}/${position}: its history lost that it was ${result.status}`);
      return lost;
    },
  };
}

/** What a chunk and a history both keep of a result. */
function keptOf(result: CardResult | undefined) {
  const { status, code, correlationId, redrive, updatedAt } = result ?? {};
  return { status, code, correlationId, redrive, updatedAt };
}
