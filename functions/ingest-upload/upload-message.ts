import * as z from 'zod';
import { requestMessageSchema } from '../../shared/bells/messages.ts';
import type { UploadedObject } from '../../shared/limit-increase/upload.ts';

/** What the uploads queue carries: word of S3 that objects were uploaded, or the bell of a request whose file is to be read on. */
export type UploadMessage = { readonly objects: readonly UploadedObject[] } | { readonly requestId: string };

const incoming = 'incoming/';

/** S3 writes keys as a form does: a plus for a space. */
const keySchema = z.string().transform((encoded, context): string => {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    context.issues.push({ code: 'custom', message: 'is not URL-encoded', input: encoded });
    return z.NEVER;
  }
});

const createdSchema = (bucket: string) =>
  z
    .object({
      eventName: z.string().regex(/^ObjectCreated:/),
      s3: z.object({
        bucket: z.object({ name: z.literal(bucket) }),
        object: z.object({
          key: keySchema.pipe(z.string().startsWith(incoming)),
          versionId: z.string().optional(),
          eTag: z.string().min(1),
          sequencer: z.string().optional(),
        }),
      }),
    })
    .transform(({ s3: { object } }): UploadedObject[] => {
      const { key, versionId, eTag, sequencer } = object;
      // A console's folder: an object with nothing in it.
      if (key.endsWith('/')) return [];
      // What is written while versioning is suspended has the version "null", which may be overwritten.
      return [{ bucket, key, versionId: versionId === 'null' ? undefined : versionId, eTag, sequencer }];
    });

const ofNoInterestSchema = z
  .object({ eventName: z.string().regex(/^(?!ObjectCreated:)/) })
  .transform((): UploadedObject[] => []);

/** Sent when the notification is set up. */
const testEventSchema = z.object({ Event: z.literal('s3:TestEvent') }).transform(() => ({ objects: [] }));

/** `bucket`: the one whose uploads are read, and no other. */
export const createUploadMessageSchema = (bucket: string): z.ZodType<UploadMessage> =>
  z.union([
    requestMessageSchema,
    testEventSchema,
    z
      .object({ Records: z.array(z.union([createdSchema(bucket), ofNoInterestSchema])) })
      .transform(({ Records }) => ({ objects: Records.flat() })),
  ]);
