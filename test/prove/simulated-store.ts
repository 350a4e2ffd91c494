import { parse } from 'csv-parse/sync';
import { createCheckUpload } from '../../functions/ingest-upload/check-upload.ts';
import type { CheckUpload } from '../../shared/limit-increase/upload.ts';
import type { WriteOnce } from '../../shared/objects/write-once.ts';
import { createReportFiles } from '../../shared/reports/report-files.ts';
import type { OnFault } from './on-fault.ts';
import type { Timeline } from './timeline.ts';

export type StoreDeps = {
  readonly timeline: Timeline;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly faultShare: () => number;
  readonly onFault: OnFault;
};

/** Objects, and what is read and written of them, each in its time. Nothing of it is ever written twice. */
export function createSimulatedStore({ timeline, random, faultShare, onFault }: StoreDeps) {
  const objects = new Map<string, string>();

  async function travel(): Promise<void> {
    await timeline.sleep(1 + random() * 20);
    if (random() >= faultShare()) return;
    onFault('store: not there');
    throw new Error('the store of objects is not there');
  }

  const writeOnce: WriteOnce = async ({ key }, text) => {
    await travel();
    const pieces: Buffer[] = [];
    for await (const piece of text) pieces.push(Buffer.from(piece));
    const stands = objects.has(key);
    if (!stands) objects.set(key, Buffer.concat(pieces).toString());
    await travel();
    return stands ? 'stands' : 'written';
  };

  async function* bytesOf(key: string): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(objects.get(key) ?? '');
    for (let from = 0; from < bytes.length; from += 1_000) {
      await travel();
      yield bytes.subarray(from, from + 1_000);
    }
  }

  const files = createReportFiles(writeOnce);
  const checkUpload: CheckUpload = createCheckUpload({ openObject: async ({ key }) => bytesOf(key), lists: files });
  return {
    files,
    checkUpload,
    put: (key: string, text: string): void => void objects.set(key, text),
    /** The rows of a list, its header left out; none if it was not written. */
    rows(key: string): readonly string[][] {
      const text = objects.get(key);
      return text === undefined ? [] : parse(text, { bom: true }).slice(1);
    },
    keys: (): readonly string[] => [...objects.keys()],
  };
}
