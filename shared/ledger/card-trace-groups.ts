import * as z from 'zod';
import type { CardTrace } from '../limit-increase/chunk-state.ts';
import {
  correlationIdSchema,
  groupFields,
  groupPositions,
  mapByPosition,
  ungroupPositions,
} from './position-groups.ts';

const refusalSchema = z.object({ code: z.string().optional(), message: z.string().optional() });

const cardTraceSchema = z.object({
  maybe: correlationIdSchema,
  unknown: z.boolean(),
  listed: z.object({ correlationId: correlationIdSchema, returnMessage: z.string() }).optional(),
  refusal: refusalSchema.optional(),
  tries: z.int().min(0),
  notBefore: z.int().optional(),
});

const headFields = {
  unknown: z.boolean(),
  tries: z.int(),
  /** The word with which a 200 listed the card; the call that did is the piece's second one. */
  listedAs: z.string().optional(),
  refusal: refusalSchema.optional(),
};

type Head = { unknown: boolean; tries: number; listedAs?: string | undefined; refusal?: CardTrace['refusal'] };

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
      const said = [...traces].map(([position, { maybe, listed, notBefore, unknown, tries, refusal }]) => {
        const head: Head = { unknown, tries, listedAs: listed?.returnMessage, refusal };
        return [position, { head, calls: [maybe, listed?.correlationId], at: notBefore }] as const;
      });
      return groupPositions(new Map(said)).map(({ head, ...group }) => ({ ...head, ...group }));
    },
  },
);
