import * as z from 'zod';
import { SubmitFault, textOf } from './fault.ts';
import { signedFetch } from './signed-fetch.ts';
import type { Stack } from './stack.ts';

const many = z.number().min(0);

const limitIncreaseSchema = z.object({
  requestId: z.string(),
  status: z.enum(['receiving', 'open', 'settled']),
  counts: z.object({
    ...{ total: many, open: many },
    ...{ named: many, alreadyNamed: many, notFound: many, rejected: many, unresolved: many },
  }),
  upload: z.object({
    dryRun: z.boolean(),
    failure: z.object({ reason: z.string(), detail: z.string() }).optional(),
    reports: z.string().optional(),
  }),
  progress: z.object({ rowsRead: many, rowsRejected: many, rowsRepeated: many, secondsLeft: many.nullable() }),
});
const listSchema = z.object({ limitIncreases: z.array(limitIncreaseSchema) });

/** The limit increase of a file, as the gateway tells it. */
export type LimitIncrease = z.infer<typeof limitIncreaseSchema>;

/** `unavailable`: it may answer the next time. What will not change by itself is thrown as a SubmitFault. */
export type Told<T> = { readonly told: T } | { readonly unavailable: string };

const answerWithinMs = 10_000;

type Signed = Pick<Stack, 'apiUrl' | 'region' | 'credentials'>;

/** The gateway's API as a caller sees it who signs. Whoever aborts the signal waits for no answer any more. */
export function createGateway({ apiUrl, region, credentials }: Signed, aborted?: AbortSignal) {
  async function get<T>(path: string, schema: z.ZodType<T>): Promise<Told<T>> {
    const signing = { credentials: await resolved(credentials), service: 'execute-api', region };
    const signal = AbortSignal.any([AbortSignal.timeout(answerWithinMs), ...(aborted ? [aborted] : [])]);
    const answer = await signedFetch(`${apiUrl}${path}`, signing, { signal }).then(
      async (response) => ({ status: response.status, body: await response.text() }),
      (error: unknown) => ({ unavailable: `${apiUrl} cannot be reached: ${textOf(causeOf(error))}` }),
    );
    if ('unavailable' in answer) return answer;
    const { status, body } = answer;
    if (status === 200) return { told: schema.parse(JSON.parse(body)) };
    const said = `${apiUrl} answered ${status}: ${body.slice(0, 500)}`;
    if (status === 429 || status >= 500) return { unavailable: said };
    throw new SubmitFault(status === 403 ? `${said} May this caller read limit increases?` : said);
  }

  return {
    url: apiUrl,
    /** Of an object the newest; undefined: none is known yet. */
    async find(uploadKey: string): Promise<Told<LimitIncrease | undefined>> {
      const list = await get(`/v1/limit-increases?uploadKey=${encodeURIComponent(uploadKey)}&limit=1`, listSchema);
      return 'told' in list ? { told: list.told.limitIncreases[0] } : list;
    },
    read: (requestId: string): Promise<Told<LimitIncrease>> =>
      get(`/v1/limit-increases/${requestId}?limit=1`, limitIncreaseSchema),
  };
}

export type Gateway = ReturnType<typeof createGateway>;

async function resolved(credentials: Stack['credentials']) {
  try {
    return typeof credentials === 'function' ? await credentials() : credentials;
  } catch (error) {
    throw new SubmitFault(`There are no AWS credentials: ${textOf(error)}`);
  }
}

const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause) || error;
