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
  /** Earlier releases stored `unknown` in its place. */
  doubt: z.enum(doubts).optional(),
  unknown: z.boolean().optional(),
  tries: z.int(),
  /** The word with which a 200 listed the card; the call that did is the piece's second one. */
  listedAs: z.string().optional(),
  refusal: wordsSchema.optional(),
  said: wordsSchema.optional(),
};

type Head = Pick<CardTrace, 'tries' | 'refusal' | 'said'> & {
  readonly doubt?: CardTrace['doubt'] | undefined;
  readonly unknown?: boolean | undefined;
  readonly listedAs?: string | undefined;
};

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
              const { listedAs, unknown, doubt = unknown ? 'unknown' : 'refused_list', ...same } = head;
              const listed =
                listedAs === undefined ? undefined : { correlationId: listedBy ?? '', returnMessage: listedAs };
              return [position, { ...same, doubt, maybe, listed, notBefore: at }];
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
