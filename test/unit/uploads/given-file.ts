import { type CheckedFile, checkFile } from '../../../shared/uploads/check-upload.ts';
import type { ListedRow } from '../../../shared/uploads/listed-rows.ts';
import type { UploadFile } from '../../../shared/uploads/upload-file.ts';
import { aPar } from '../../support/builders.ts';

/** A file of these bytes, which come in pieces of these sizes, the last one again and again. */
export function givenFile(key: string, content: string | Uint8Array, sizes: readonly number[] = [65_536]): UploadFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    key,
    open: async () =>
      (async function* () {
        for (let from = 0, piece = 0; from < bytes.length; piece += 1) {
          const size = Math.max(1, sizes[Math.min(piece, sizes.length - 1)] ?? 1);
          yield bytes.subarray(from, from + size);
          from += size;
        }
      })(),
  };
}

export const header = 'corporationName,bizLicenseNo,registrationNumber,affiliateId,par';

/** A row as it should be, for the n-th card. */
export const goodRow = (card: number): string => `주식회사 코나,1168200276,1101110062432,,${aPar(card)}`;

export type Seen = {
  readonly checked: CheckedFile;
  readonly listed: readonly ListedRow[];
};

export async function seen(file: UploadFile): Promise<Seen> {
  const checked = await checkFile(file);
  const listed: ListedRow[] = [];
  if (checked.readable) for await (const row of checked.rows()) listed.push(row);
  return { checked, listed };
}

/** The machine word for why it could not be read. */
export const reasonOf = ({ checked }: Seen): string | undefined =>
  checked.readable ? undefined : checked.failure.reason;

/** Why the row on each line was not taken. */
export const refusals = ({ listed }: Seen): Readonly<Record<number, string>> =>
  Object.fromEntries(listed.flatMap((row) => (row.taken ? [] : [[row.line, row.reasons.join('; ')]])));

export const takenLines = ({ listed }: Seen): number[] => listed.flatMap(({ taken, line }) => (taken ? [line] : []));
