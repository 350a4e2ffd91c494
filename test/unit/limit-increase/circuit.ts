import type { OpenCircuit, PlatformLedger } from '../../../shared/limit-increase/platform-state.ts';
import type { Instant } from '../../../shared/limit-increase/terms.ts';

// The circuit as another process leaves it in the ledger.

export async function openCircuit(
  ledger: PlatformLedger,
  openedAt: Instant,
  over: Partial<OpenCircuit> = {},
): Promise<void> {
  const known = await ledger.readPlatformState();
  const open = { reason: 'no_answer', openedAt, turns: 0, lastTurnAt: openedAt, ...over } as const;
  await ledger.writePlatformState({ ...known, version: known.version + 1, failures: [], open });
}

export async function closeCircuit(ledger: PlatformLedger, at: Instant): Promise<void> {
  const { open, openTotalMs, ...known } = await ledger.readPlatformState();
  if (open === undefined) throw new Error('the circuit is open');
  const closed = { openTotalMs: openTotalMs + at - open.openedAt, recoveredAt: at };
  await ledger.writePlatformState({ ...known, ...closed, version: known.version + 1 });
}
