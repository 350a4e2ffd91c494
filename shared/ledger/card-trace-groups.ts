import * as z from 'zod';
import { type CardTrace, doubts } from '../limit-increase/chunk-state.ts';
import {
  correlationIdSchema,
  groupFields,
  groupPositions,
  mapByPosition,
  ungroupPositions,
} from './position-groups.ts';

const wordsSchema = z.object({ code: z.string().optional(), message: z.string().optional() });

const cardTraceSchema = z.object({
  maybe: correlationIdSchema,
  doubt: z.enum(doubts),
  listed: z.object({ correlationId: correlationIdSchema, returnMessage: z.string() }).optional(),
  refusal: wordsSchema.optional(),
  said: wordsSchema.optional(),
  tries: z.int().min(0),
  notBefore: z.int().optional(),
});

const headFields = {
  doubt: z.enum(doubts),
  tries: z.int(),
  /** The word with which a 200 listed the card; the call that did is the piece's second one. */
  listedAs: z.string().optional(),
  refusal: wordsSchema.optional(),
  said: wordsSchema.optional(),
};

type Head = Pick<CardTrace, 'doubt' | 'tries' | 'refusal' | 'said'> & { readonly listedAs?: string | undefined };

/** The traces of a chunk's cards, grouped: what earlier calls left behind. `since` counts their `notBefore`. */
export const storedTraces = z.codec(
  z.array(z.object({ ...headFields, ...groupFields })),
  mapByPosition(cardTraceSchema),
  {
    decode: (groups) =>
      new Map(
        groups.flatMap(({ cards, since, ...head }) =>
          ungroupPositions<Head>({ head, cards, since }).map(
            ([
              position,
              {
                calls: [maybe = '', listedBy],
                at,
              },
            ]) => {
              const { listedAs, ...same } = head;
              const listed =
                listedAs === undefined ? undefined : { correlationId: listedBy ?? '', returnMessage: listedAs };
              return [position, { ...same, maybe, listed, notBefore: at }];
            },
          ),
        ),
      ),
    encode: (traces) => {
      const grouped = [...traces].map(([position, { maybe, listed, notBefore, ...same }]) => {
        const head: Head = { ...same, listedAs: listed?.returnMessage };
        return [position, { head, calls: [maybe, listed?.correlationId], at: notBefore }] as const;
      });
      return groupPositions(new Map(grouped)).map(({ head, ...group }) => ({ ...head, ...group }));
    },
  },
);
