import * as z from 'zod';

const resultSchema = z.object({
  par: z.string(),
  status: z.string(),
  namedBy: z.string().optional(),
  code: z.string().optional(),
  correlationId: z.string().optional(),
  nextCheckAt: z.string().optional(),
});
const requestSchema = z.object({
  requestId: z.string(),
  status: z.string(),
  counts: z.object({ total: z.number(), open: z.number() }),
  results: z.array(resultSchema),
});
const callSchema = z.object({
  correlationId: z.string(),
  outcome: z.string(),
  httpStatus: z.number().optional(),
  code: z.string().optional(),
  description: z.string().optional(),
  durationMs: z.number().optional(),
  pars: z.array(z.string()),
});
const cardSchema = z.object({
  par: z.string(),
  status: z.string(),
  namedBy: z.string().optional(),
  history: z.array(resultSchema.omit({ par: true }).extend({ requestId: z.string(), updatedAt: z.string() })),
});

export type CardResult = z.infer<typeof resultSchema>;

/** The gateway's API as any client sees it. @throws Error if an answer is not what the API promises. */
export function createGatewayClient(apiUrl: string) {
  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const answer = await fetch(`${apiUrl}${path}`);
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    return schema.parse(await answer.json());
  }
  return {
    order: async (key: string, order: object) => {
      const startedAt = performance.now();
      const answer = await fetch(`${apiUrl}/v1/limit-increases`, {
        method: 'POST',
        headers: { 'Idempotency-Key': key, 'Content-Type': 'application/json' },
        body: JSON.stringify(order),
      });
      if (!answer.ok) throw new Error(`The order was answered ${answer.status}: ${await answer.text()}`);
      return {
        httpStatus: answer.status,
        replayed: answer.headers.get('Idempotent-Replayed') === 'true',
        durationMs: performance.now() - startedAt,
        request: requestSchema.parse(await answer.json()),
      };
    },
    request: (requestId: string) => get(`/v1/limit-increases/${requestId}`, requestSchema),
    card: (par: string) => get(`/v1/cards/${par}`, cardSchema),
    call: (correlationId: string) => get(`/v1/calls/${correlationId}`, callSchema),
  };
}

export type GatewayClient = ReturnType<typeof createGatewayClient>;
