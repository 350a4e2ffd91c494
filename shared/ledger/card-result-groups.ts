import * as z from 'zod';
import { finalCardStatuses } from '../limit-increase/terms.ts';
import {
  correlationIdSchema,
  groupFields,
  groupPositions,
  mapByPosition,
  ungroupPositions,
} from './position-groups.ts';

const headFields = {
  status: z.enum(finalCardStatuses),
  code: z.string().optional(),
  message: z.string().optional(),
  returnMessage: z.string().optional(),
  redrive: z.int().min(1).optional(),
};

const cardResultSchema = z.object({
  ...headFields,
  correlationId: correlationIdSchema.optional(),
  updatedAt: z.int(),
});

/** The final results of a chunk's cards, grouped. */
export const storedResults = z.codec(
  z.array(z.object({ ...headFields, ...groupFields, since: groupFields.since.unwrap() })),
  mapByPosition(cardResultSchema),
  {
    decode: (groups) =>
      new Map(
        groups.flatMap(({ cards, since, ...head }) =>
          ungroupPositions({ head, cards, since }).map(([position, { calls, at }]) => {
            const [correlationId] = calls;
            return [position, { ...head, correlationId, updatedAt: at ?? Number.NaN }];
          }),
        ),
      ),
    encode: (results) => {
      const said = [...results].map(([position, { correlationId, updatedAt, ...head }]) => {
        return [position, { head, calls: [correlationId], at: updatedAt }] as const;
      });
      return groupPositions(new Map(said)).map(({ head, cards, since = 0 }) => {
        return { ...head, cards, since };
      });
    },
  },
);
