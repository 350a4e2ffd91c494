import * as z from 'zod';
import { neverDown, type PlatformLedger, type PlatformState } from '../limit-increase/platform-state.ts';
import type { Instant } from '../limit-increase/terms.ts';
import { outageStands, platformIsUp, probeIsDue } from './conditions.ts';
import { platformKey } from './keys.ts';
import { platformCommon, platformStateOf } from './platform-item.ts';
import { storedInstant } from './stored-values.ts';
import type { Table, UpdateResult } from './table.ts';

/** The verbs of the one item that tells how KONA PLATE is. */
export function createPlatformState(table: Table): PlatformLedger {
  return {
    async readPlatformState() {
      // A query, because those who accept orders may ask for no single item.
      const [item] = await table.query('readPlatformState', {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': platformKey.pk },
        ConsistentRead: true,
      });
      return item === undefined ? neverDown : platformStateOf(item);
    },

    async declareDown({ reason, since, nextProbeAt }) {
      const set = { state: 'down', reason, since: stored(since), nextProbeAt: stored(nextProbeAt), probes: 0 };
      const change = { set: { ...platformCommon, ...set }, add: { downTotalMs: 0 }, remove: ['lastProbed'] };
      const result = await table.update('declareDown', { key: platformKey, change, condition: platformIsUp });
      return declaredBy(result, (old) => old.state === 'down' && old.since === since);
    },

    async takeProbe(known, { chunk, nextProbeAt }) {
      const probes = known.probes + 1;
      const change = { set: { nextProbeAt: stored(nextProbeAt), probes, lastProbed: chunk } };
      const condition = probeIsDue({ nextProbeAt: known.nextProbeAt, probes: known.probes });
      const result = await table.update('takeProbe', { key: platformKey, change, condition });
      const isMine = (old: PlatformState): boolean =>
        old.state === 'down' &&
        old.probes === probes &&
        old.nextProbeAt === nextProbeAt &&
        old.lastProbed?.requestId === chunk.requestId &&
        old.lastProbed.chunkNumber === chunk.chunkNumber;
      return declaredBy(result, isMine) === 'declared';
    },

    async declareUp({ since, at }) {
      const set = { state: 'up', since: stored(at) };
      const remove = ['reason', 'nextProbeAt', 'probes', 'lastProbed'];
      const change = { set, add: { downTotalMs: at - since }, remove };
      const result = await table.update('declareUp', { key: platformKey, change, condition: outageStands(since) });
      return declaredBy(result, (old) => old.state === 'up' && old.since === at);
    },
  };
}

// A write that the SDK repeats finds its own work: what stands then is what it would have written.
function declaredBy(result: UpdateResult, isMine: (old: PlatformState) => boolean): 'declared' | 'stands' {
  if (result.written) return 'declared';
  return result.old !== undefined && isMine(platformStateOf(result.old)) ? 'declared' : 'stands';
}

const stored = (instant: Instant): string => z.encode(storedInstant, instant);
