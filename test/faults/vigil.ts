import { isDeepStrictEqual } from 'node:util';
import type { CardResult } from '../../shared/limit-increase/chunk-state.ts';
import type { JournalStep, Ledger, Platform, PlatformCall } from '../../shared/limit-increase/ports.ts';

// Watches every step of every worker while it happens, for what cannot be seen at the end: that a call is durable before
// it begins (intent before effect), and that a final status never changes.

export type Vigil = ReturnType<typeof createVigil>;

export function createVigil(real: Ledger) {
  const finals = new Map<string, CardResult>();
  const calls: PlatformCall[] = [];
  // Noted, not thrown: a worker would take a throw for a fault of its port and go on.
  const violations: string[] = [];

  async function beforeCall(call: PlatformCall): Promise<void> {
    const { correlationId, pars } = call;
    const record = await real.readCall(correlationId);
    if (record === undefined) violations.push(`call ${correlationId} began before it was durable`);
    else if (record.ended !== undefined) violations.push(`call ${correlationId} had ended before it began`);
    else if (record.positions.length !== pars.length) violations.push(`call ${correlationId} carries other cards`);
    calls.push(call);
  }

  function afterJournal({ chunk, state }: JournalStep): void {
    for (const [position, result] of state.results) {
      const card = `${chunk.ref.requestId}#${chunk.ref.chunkNumber}/${position}`;
      const earlier = finals.get(card);
      if (earlier !== undefined && !isDeepStrictEqual(said(result), said(earlier)))
        violations.push(`${card} changed its result`);
      finals.set(card, result);
    }
  }

  return {
    /** Every call that was made, as the workers asked for it. */
    calls,
    violations,
    platform: (platform: Platform): Platform => ({
      mintCorrelationId: platform.mintCorrelationId,
      refreshCredentials: () => platform.refreshCredentials(),
      call: async (call) => {
        await beforeCall(call);
        return platform.call(call);
      },
    }),
    ledger: (ledger: Ledger): Ledger => ({
      ...ledger,
      journal: async (step) => {
        const result = await ledger.journal(step);
        if (result === 'journalled') afterJournal(step);
        return result;
      },
    }),
  };
}

/** Without fields that are undefined: the ledger leaves them out. */
const said = (result: CardResult): unknown => JSON.parse(JSON.stringify(result));
