import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { principals } from '../infra/local/http-api/principals.ts';
import { SubmitFault } from './fault.ts';
import type { Stack } from './stack.ts';

const addressesSchema = z.object({
  apiUrl: z.url(),
  uploadsBucket: z.string().min(1),
  s3Endpoint: z.url(),
  region: z.string().min(1),
});

/** What `npm start` wrote down of the local cloud. @throws SubmitFault if it is not up. */
export async function readLocalStack(path: string): Promise<Stack> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new SubmitFault(
      'The local cloud is not up: there is no .local/stack.json. Bring it up with npm start, or name a deployed stack with --stack NAME. Nothing was uploaded.',
    );
  });
  try {
    return localStackOf(JSON.parse(text));
  } catch {
    throw new SubmitFault(
      '.local/stack.json is not what this version of npm start writes. Start it anew. Nothing was uploaded.',
    );
  }
}

/** A local cloud by its addresses. @throws Error if one is missing. */
export function localStackOf(addresses: unknown): Stack {
  const { accessKeyId, secretAccessKey } = principals.caller;
  return { ...addressesSchema.parse(addresses), credentials: { accessKeyId, secretAccessKey } };
}
