import type { Notify } from './notice.ts';

/** Which of the three bells: see `Bells` in upload.ts. */
export type BellName = 'upload' | 'chunks' | 'report';

type Ring = { readonly bell: BellName; readonly requestId: string; readonly ring: () => Promise<void> };

/** Rings a bell that may be missed, because the index of open work knows what it was for. Answers whether it rang. */
export async function tryToRing({ bell, requestId, ring }: Ring, notify: Notify): Promise<boolean> {
  try {
    await ring();
    return true;
  } catch (error) {
    notify({ notice: 'bell_failed', bell, requestId, error });
    return false;
  }
}
