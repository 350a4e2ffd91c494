import type { Answer } from './ask.ts';
import { unknownWordTwice } from './card-traces.ts';
import type { ChunkState } from './chunk-state.ts';
import type { Notice } from './notice.ts';
import type { Breach } from './ports.ts';
import { listedButNotSent } from './recorded-outcome.ts';
import type { Chunk } from './terms.ts';

/** All that the outside should hear of one answered, refused, unknown or unsent call. */
export function noticesOf(chunk: Chunk, answer: Answer, before: ChunkState, after: ChunkState): Notice[] {
  const { call, outcome, ended } = answer;
  const of = { chunk: chunk.ref, correlationId: call.correlationId };
  const { durationMs } = ended;
  const notices: Notice[] = [
    { notice: 'call_ended', ...of, cards: call.positions.length, outcome: ended.outcome, durationMs },
  ];
  for (const breach of breachesOf(chunk, answer)) notices.push({ notice: 'platform_breach', ...of, breach });
  if (outcome.kind === 'refused' && outcome.meaning === 'credentials_refused')
    notices.push({ notice: 'credentials_refused', ...of, code: outcome.code });
  if (outcome.kind === 'unknown' && outcome.reason === 'unclear_code' && outcome.code !== undefined)
    notices.push({ notice: 'unclear_code', ...of, code: outcome.code, description: outcome.description });
  const returnMessage = unknownWordTwice(before, after, call);
  if (returnMessage !== undefined) notices.push({ notice: 'unknown_return_message', ...of, returnMessage });
  return notices;
}

function breachesOf(chunk: Chunk, { call, outcome }: Answer): Breach[] {
  if (outcome.kind === 'not_sent' || outcome.kind === 'found_named') return [];
  const strangers = listedButNotSent(outcome, call, chunk);
  return [...outcome.breaches, ...(strangers > 0 ? ['card_listed_but_not_sent' as const] : [])];
}
