import { LedgerFault } from '../../shared/ledger/faults.ts';
import type { DueWork, Ledger } from '../../shared/limit-increase/ports.ts';
import type { OnFault } from './on-fault.ts';
import type { Timeline } from './timeline.ts';

export type LedgerFaults = {
  /** Of all requests, how many fail with no effect, and how many of which only the answer is lost. */
  readonly refusedShare: number;
  readonly lostAnswerShare: number;
  /** Of all requests, how many take seconds. */
  readonly slowShare: number;
  /** Of all entries of the index, how many are not seen yet, and how many of the last listing are seen still. */
  readonly lagShare: number;
};

export const noLedgerFaults: LedgerFaults = { refusedShare: 0, lostAnswerShare: 0, slowShare: 0, lagShare: 0 };

export type UnreliableDeps = {
  readonly timeline: Timeline;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly faults: () => LedgerFaults;
  readonly onFault: OnFault;
  /** After the start. */
  readonly journalAway?: { readonly from: number; readonly to: number } | undefined;
};

/** The ledger over a network: every verb takes time, may fail, and may have taken effect though it failed. */
export function createUnreliableLedger(ledger: Ledger, deps: UnreliableDeps): Ledger {
  const { timeline, random, faults, onFault, journalAway = { from: 0, to: 0 } } = deps;
  const begun = timeline.now();
  async function travel(): Promise<void> {
    const isSlow = random() < faults().slowShare;
    if (isSlow) onFault('ledger: slow');
    await timeline.sleep(isSlow ? 2_000 + random() * 4_000 : 1 + random() * 8);
  }

  function failWith(share: number, fault: string, verb: string): void {
    if (random() >= share) return;
    onFault(`ledger: ${fault}`);
    throw new LedgerFault(verb, fault);
  }

  let listed: readonly DueWork[] = [];

  async function ask(verb: string, effect: () => Promise<unknown>): Promise<unknown> {
    await travel();
    const sinceStart = timeline.now() - begun;
    const isAway = verb === 'journal' && sinceStart >= journalAway.from && sinceStart < journalAway.to;
    failWith(isAway ? 1 : faults().refusedShare, 'not there', verb);
    const result = await effect();
    await travel();
    failWith(faults().lostAnswerShare, 'answer lost', verb);
    return result;
  }

  const listDue: Ledger['listDue'] = async (now, limit, only) => {
    const due = await ledger.listDue(now, limit, only);
    const { lagShare } = faults();
    const seen = [...due.filter(() => random() >= lagShare), ...listed.filter(() => random() < lagShare)];
    listed = due;
    if (seen.length !== due.length) onFault('ledger: index lags');
    return seen;
  };

  const unreliable: Ledger = { ...ledger, listDue };
  return new Proxy(unreliable, {
    get(target, name, receiver) {
      const verb: unknown = Reflect.get(target, name, receiver);
      if (typeof verb !== 'function') return verb;
      return (...args: unknown[]) => ask(String(name), async () => Reflect.apply(verb, target, args));
    },
  });
}
