import * as z from 'zod';

const batchSchema = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) });
const answerSchema = z.looseObject({ Failed: z.array(z.unknown()).default([]) });

/** Cuts a SendMessageBatch after `taken` entries. `asked` is undefined if none is left to send. */
export function cutBatch(body: Buffer, taken: number): { asked: Buffer | undefined; left: (answer: Buffer) => Buffer } {
  const { Entries, ...rest } = batchSchema.parse(JSON.parse(body.toString('utf8')));
  const first = Entries.slice(0, taken);
  const refused = Entries.slice(taken).map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: 'InternalError',
    Message: 'The service was unable to take this entry.',
  }));
  return {
    asked: first.length === 0 ? undefined : Buffer.from(JSON.stringify({ ...rest, Entries: first })),
    left: (answer) => {
      const { Failed, ...told } = answerSchema.parse(JSON.parse(answer.toString('utf8')));
      return Buffer.from(JSON.stringify({ ...told, Failed: [...Failed, ...refused] }));
    },
  };
}
