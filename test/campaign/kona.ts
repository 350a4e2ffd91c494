import * as z from 'zod';
import { startSimulatorProcess } from '../../infra/local/simulator-process.ts';

const requestSchema = z.object({
  seq: z.number(),
  receivedAt: z.number(),
  answered: z.object({ status: z.number(), code: z.string().optional() }).optional(),
});
const truthSchema = z.object({ par: z.string(), namedFor: z.object({ bizLicenseNo: z.string() }) });

/** The simulator, which no campaign kills, and what it knows. */
export async function openKona() {
  const { controlUrl, ...kona } = await startSimulatorProcess();
  async function ask<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const answer = await fetch(`${controlUrl}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`The simulator answers ${method} ${path} with ${await answer.text()}`);
    return schema.parse(await answer.json());
  }
  return {
    ...kona,
    tell: (method: 'PUT' | 'DELETE', path: string, body?: unknown) => ask(method, path, z.unknown(), body),
    requests: (afterSeq = 0) => ask('GET', `/requests?afterSeq=${afterSeq}`, z.array(requestSchema)),
    violations: () => ask('GET', '/violations', z.array(z.unknown())),
    /** PAR → the number of the corporation that it is named for. */
    named: async (): Promise<ReadonlyMap<string, string>> => {
      const cards = await ask('GET', '/cards', z.array(truthSchema));
      return new Map(cards.map(({ par, namedFor }) => [par, namedFor.bizLicenseNo]));
    },
  };
}

export type Kona = Awaited<ReturnType<typeof openKona>>;
