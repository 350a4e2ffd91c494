import { notAsked } from './call-health.ts';
import type { ChunkState, JournalledCall } from './chunk-state.ts';
import { createInquiry } from './inquiry.ts';
import type { CallOutcome, EndedCall, StoredChunk } from './ports.ts';
import { recordedOutcome } from './recorded-outcome.ts';
import type { SettleDeps } from './settle-deps.ts';
import type { Instant } from './terms.ts';

/** How a call that was in flight ended. */
export type Answer = {
  readonly call: JournalledCall;
  readonly outcome: CallOutcome;
  readonly ended: EndedCall;
  /** See `Ended.lateListing` in journal.ts. */
  readonly lateListing: string | undefined;
};

/** `hasTurn`: the call may be made whatever is noted against the platform. */
type Asking = { readonly deadline: Instant; readonly hasTurn: boolean };

const foundNamed: CallOutcome = { kind: 'found_named' };

/** Sends a journalled call. Its time-out is its own or what the deadline leaves, so that the outcome can always be written. */
export function createAsk(deps: SettleDeps) {
  const { platform, breaker, ledger, clock, rules } = deps;
  const isFoundNamed = createInquiry(deps);
  return async (
    { chunk, state }: StoredChunk,
    call: JournalledCall,
    { deadline, hasTurn }: Asking,
  ): Promise<Answer> => {
    // guard: write-ahead
    const { correlationId, startedAt, positions } = call;
    const pars = positions.flatMap((position) => chunk.pars[position] ?? []);
    const lateListing = await findLateListing(state, call);
    // What came in between may have used the time up, or even the lease: then the platform's client sends nothing.
    const timeLeft = () => Math.min(rules.callTimeoutMs, deadline - rules.reserveMs - clock());
    const { corporation } = chunk;
    let sentAt = clock();
    // A reading that is under way is waited for: it was begun beside the write that made the call durable.
    const isShut = async () => !hasTurn && (await breaker.isBlocked(corporation));
    const send = () => {
      sentAt = clock();
      return platform.call({ correlationId, startedAt, corporation, pars, timeoutMs: timeLeft() });
    };
    const isNamed = !(await isShut()) && (await isFoundNamed({ chunk, state }, call, timeLeft() / 2));
    const outcome = isNamed ? foundNamed : (await isShut()) ? notAsked : await send();
    const finishedAt = clock();
    const recorded = recordedOutcome(outcome, call, chunk, rules.readWord);
    const ended = { correlationId, outcome: recorded, finishedAt, durationMs: finishedAt - sentAt };
    return { call, outcome, ended, lateListing };
  };

  // A card alone that a vanished worker's call carried: its late word may prove that a naming was ours. Read before the
  // call, so that nothing stands between an answer and its being written down.
  async function findLateListing(state: ChunkState, { positions }: JournalledCall): Promise<string | undefined> {
    const [alone] = positions;
    if (alone === undefined || positions.length > 1) return undefined;
    for (const lost of state.lostCalls.filter((call) => call.positions.includes(alone))) {
      const record = await ledger.readCall(lost.correlationId);
      // guard: late-evidence
      if (record?.ended?.outcome.named?.includes(alone)) return lost.correlationId;
    }
    return undefined;
  }
}
