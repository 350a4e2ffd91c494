import { createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { SubmitFault, textOf } from './fault.ts';

/** What is read of summary.json. */
const summarySchema = z.object({
  /** Their keys in the bucket. */
  files: z.object({ results: z.string().optional(), rejectedRows: z.string().optional() }),
  nextSteps: z.array(z.string()),
});

export type ReportsAsked = {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Where the reports lie; ends in a slash. */
  readonly prefix: string;
  /** What the names on this machine begin with: `<path>.results.csv`. */
  readonly path: string;
};

export type FetchedReports = { readonly paths: readonly string[]; readonly nextSteps: readonly string[] };

/**
 * Copies the reports to this machine, each whole or not at all. What an earlier submission left under these names is
 * replaced, or taken away: it speaks of other rows. @throws SubmitFault if a report cannot be had.
 */
export async function fetchReports({ s3, bucket, prefix, path }: ReportsAsked): Promise<FetchedReports> {
  const summaryPath = `${path}.summary.json`;
  await copyObject(s3, { Bucket: bucket, Key: `${prefix}summary.json` }, summaryPath);
  const { files, nextSteps } = readSummary(await readFile(summaryPath, 'utf8'));
  const lists = { 'results.csv': files.results, 'rejected-rows.csv': files.rejectedRows };
  const paths: string[] = [];
  for (const [name, key] of Object.entries(lists)) {
    const listPath = `${path}.${name}`;
    if (key === undefined) await rm(listPath, { force: true });
    else paths.push(await copyObject(s3, { Bucket: bucket, Key: key }, listPath));
  }
  return { paths: [...paths, summaryPath], nextSteps };
}

async function copyObject(s3: S3Client, object: { Bucket: string; Key: string }, path: string): Promise<string> {
  const part = `${path}.part`;
  try {
    const { Body } = await s3.send(new GetObjectCommand(object));
    if (Body === undefined) throw new Error('it has no body');
    await pipeline(Body.transformToWebStream(), createWriteStream(part));
    await rename(part, path);
    return path;
  } catch (error) {
    await rm(part, { force: true });
    throw new SubmitFault(`The report s3://${object.Bucket}/${object.Key} could not be copied: ${textOf(error)}`);
  }
}

function readSummary(text: string): z.infer<typeof summarySchema> {
  try {
    return summarySchema.parse(JSON.parse(text));
  } catch {
    throw new SubmitFault(`summary.json is not as this version of the gateway writes it.`);
  }
}
