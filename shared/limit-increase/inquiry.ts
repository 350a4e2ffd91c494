import type { JournalledCall } from './chunk-state.ts';
import type { StoredChunk } from './ports.ts';
import type { SettleDeps } from './settle-deps.ts';

/**
 * Whether the platform's inquiry says that the card of a call is named, so that the call need not be made. It is asked
 * only about a card that is to be sent alone, and where nobody knows whether an earlier call named it. That it is not
 * named spares nothing: the earlier call may take effect yet.
 */
export function createInquiry({ inquire, notify }: Pick<SettleDeps, 'inquire' | 'notify'>) {
  return async ({ chunk, state }: StoredChunk, call: JournalledCall, timeoutMs: number): Promise<boolean> => {
    const { positions, correlationId } = call;
    const [alone = 0] = positions;
    const par = chunk.pars[alone];
    if (inquire === undefined || par === undefined || positions.length > 1 || timeoutMs <= 0) return false;
    if (state.traces.get(alone)?.doubt !== 'unknown') return false;
    try {
      return (await inquire(par, timeoutMs)) === 'named';
    } catch (error) {
      notify({ notice: 'inquiry_failed', chunk: chunk.ref, correlationId, error });
      return false;
    }
  };
}
