import * as z from 'zod';
import type { UploadEntry } from '../limit-increase/upload-ledger.ts';
import { LedgerFault } from './faults.ts';
import { uploadEntryKey, uploadOfKey } from './keys.ts';
import { type Attributes, storedItem } from './stored-item.ts';

/** One upload of an object: `UPLOAD#<key>` / `<acceptedAt>#<requestId>`. All that it says stands in its key. */
const uploadItem = storedItem(z.object({}));

export const uploadAttributes = (entry: UploadEntry, expiresAt: number): Attributes =>
  uploadItem.write(uploadEntryKey(entry), expiresAt, {});

/** @throws LedgerItemFault if the item is not an entry as it must be. */
export function uploadEntryOf(item: Attributes): UploadEntry {
  const entry = uploadOfKey(uploadItem.read(item).key);
  if (entry === undefined) throw new LedgerFault('listUploads', 'an upload stands under a key that is not one');
  return entry;
}
