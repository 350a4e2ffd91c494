import { isDeepStrictEqual } from 'node:util';
import { nothingNoted, type PlatformLedger, type PlatformState } from '../limit-increase/platform-state.ts';
import { platformIsOfVersion } from './conditions.ts';
import { platformKey } from './keys.ts';
import { platformAttributes, platformStateOf } from './platform-item.ts';
import { withoutUndefined } from './stored-item.ts';
import type { Table } from './table.ts';

/** The verbs of the one item that tells how KONA PLATE is. */
export function createPlatformState(table: Table): PlatformLedger {
  return {
    async readPlatformState() {
      // A query, because those who accept orders may ask for no single item.
      const [item] = await table.query('readPlatformState', {
        KeyConditionExpression: 'pk = :pk AND sk = :sk',
        ExpressionAttributeValues: { ':pk': platformKey.pk, ':sk': platformKey.sk },
        ConsistentRead: true,
      });
      return item === undefined ? nothingNoted : platformStateOf(item);
    },

    async writePlatformState(next) {
      const set = platformAttributes(next);
      const remove = optional.filter((name) => set[name] === undefined);
      const condition = platformIsOfVersion(next.version - 1);
      const result = await table.update('writePlatformState', { key: platformKey, change: { set, remove }, condition });
      if (result.written) return 'written';
      // A write that the SDK repeats finds its own work.
      return result.old !== undefined && isSame(platformStateOf(result.old), next) ? 'written' : 'stands';
    },
  };
}

const optional = ['open', 'recoveredAt', 'pace'] as const satisfies readonly (keyof PlatformState)[];

const isSame = (one: PlatformState, other: PlatformState): boolean =>
  isDeepStrictEqual(withoutUndefined(one), withoutUndefined(other));
