import { loadAnnounceSettledConfig } from '../../shared/config/environment.ts';
import { streamFunction } from '../../shared/lambda/stream-function.ts';
import { changedRequestSchema } from '../../shared/ledger/stream-record.ts';
import { createAnnounceSettled } from '../../shared/limit-increase/announce-settled.ts';
import { createAnnouncingDeps } from './dependencies.ts';

const deps = createAnnouncingDeps(loadAnnounceSettledConfig(process.env));
const announceSettled = createAnnounceSettled(deps);

export const handler = streamFunction(deps, {
  change: changedRequestSchema,
  requestOf: (requestId) => requestId,
  handle: async (requestId, deadline) => {
    await announceSettled(requestId, deadline);
  },
});
