import type { SimulatorProcess } from '../../infra/local/simulator-process.ts';
import type { ModesChange } from '../support/kona-simulator/modes.ts';

/** Changes the ways of a simulator in another process. */
export async function setModes({ controlUrl }: SimulatorProcess, change: ModesChange): Promise<void> {
  const answer = await fetch(`${controlUrl}/modes`, { method: 'PATCH', body: JSON.stringify(change) });
  if (!answer.ok) throw new Error(`The simulator does not take its modes: ${await answer.text()}`);
}
