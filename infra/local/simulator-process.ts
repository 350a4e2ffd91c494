import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const addressesSchema = z.object({ url: z.url(), controlUrl: z.url() });

export type SimulatorProcess = {
  readonly url: string;
  readonly controlUrl: string;
  /** The JSON of the credentials that it accepts. */
  readonly secret: string;
  readonly close: () => Promise<void>;
};

/** Starts the KONA PLATE simulator with credentials of its own. It ends when this process does: its stdin closes then. */
export async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const main = join(import.meta.dirname, '../../test/support/kona-simulator/main.ts');
  const child = spawn(process.execPath, [main], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of reach of the terminal's Ctrl-C: it is to answer until the functions have ended.
    detached: true,
    env: {},
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The simulator ended with exit status ${code} before it listened.`);
  });
  const line = once(createInterface({ input: child.stdout }), 'line');
  const [first] = await Promise.race([line, ended]);
  ended.catch(() => {});
  const { url, controlUrl } = addressesSchema.parse(JSON.parse(String(first)));
  const credentials = {
    aspId: 'LOCALCLOUD00001',
    accessKey: randomBytes(20).toString('hex'),
    secretKey: randomBytes(16).toString('hex'),
  };
  const answer = await fetch(`${controlUrl}/credentials`, { method: 'PUT', body: JSON.stringify([credentials]) });
  if (!answer.ok) throw new Error(`The simulator does not take its credentials: ${await answer.text()}`);
  return {
    url,
    controlUrl,
    secret: JSON.stringify(credentials),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
    },
  };
}
