import { basename } from 'node:path';

export type Naming = { readonly dryRun: boolean; readonly now: number; readonly randomHex: string };

/**
 * A key of its own for every submission: two files of one name, or one file twice, are two limit increases. The name is
 * NFC: macOS hands Korean names over taken apart.
 */
export function uploadKeyOf(file: string, { dryRun, now, randomHex }: Naming): string {
  const [date] = new Date(now).toISOString().split('T');
  const name = basename(file)
    .normalize('NFC')
    .replaceAll(/\p{Cc}/gu, '_');
  return `incoming/${dryRun ? 'dry-run/' : ''}${date}-${randomHex}/${name}`;
}
