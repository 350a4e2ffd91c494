import * as z from 'zod';

const answerSchema = z
  .object({
    batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
  })
  .nullable();

/**
 * Which messages of a batch a function reported as failed. As Lambda reads it: no list, or an empty one, is a success of
 * all; an answer of another shape, or the ID of a message that was not in the batch, is a failure of all.
 * @param payload JSON text; empty if the function returned nothing.
 */
export function failedOf(payload: string, messageIds: readonly string[]): ReadonlySet<string> {
  const answer = answerSchema.safeParse(payload === '' ? null : jsonOf(payload));
  if (!answer.success) return new Set(messageIds);
  const failed = (answer.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return new Set(failed.every((id) => messageIds.includes(id)) ? failed : messageIds);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
