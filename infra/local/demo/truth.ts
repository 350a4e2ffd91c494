import * as z from 'zod';
import { bizLicenseNo } from './cards.ts';
import type { CardResult } from './gateway-client.ts';

const truthSchema = z.object({
  par: z.string(),
  state: z.string(),
  namedFor: z.object({ bizLicenseNo: z.string() }).optional(),
});
const requestsSchema = z.array(z.object({ correlationId: z.string().optional() }));

export type Truth = z.infer<typeof truthSchema>;

/** What the simulator itself knows: nothing of it comes from the gateway. */
export function createTruth(controlUrl: string) {
  async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const answer = await fetch(`${controlUrl}${path}`);
    return schema.parse(await answer.json());
  }
  return {
    card: (par: string) => get(`/cards/${par}`, truthSchema),
    /** Of every request that reached it, in order. */
    correlationIds: async () =>
      (await get('/requests', requestsSchema)).map(({ correlationId }) => correlationId ?? ''),
    /** Where a request broke what KONA's page asks. */
    violations: () => get('/violations', z.array(z.unknown())),
  };
}

/** Whether the gateway's word about a card is what truly happened to it. */
export function isTrue({ status, namedBy }: CardResult, { state, namedFor }: Truth): boolean {
  const ours = state === 'named' && namedFor?.bizLicenseNo === bizLicenseNo;
  switch (status) {
    case 'named':
      return ours;
    case 'not_found':
      return state === 'unknown';
    case 'already_named':
      // Presumed is what it says: the card is named, by whom is not proven.
      return namedBy === 'presumed_this_corporation' ? state === 'named' : state === 'named' && !ours;
    default:
      return false;
  }
}
