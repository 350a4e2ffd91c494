import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKona } from '../../../infra/local/kona.ts';

describe('another KONA PLATE than the simulator', () => {
  it('is called with the secret of its file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kona-'));
    const KONA_SECRET_FILE = join(directory, 'secret.json');
    await writeFile(KONA_SECRET_FILE, '{"aspId":"000170000000001"}');
    const kona = await openKona({ KONA_BASE_URL: 'https://kona.example', KONA_SECRET_FILE });
    expect(kona).toMatchObject({ url: 'https://kona.example', secret: '{"aspId":"000170000000001"}' });
    expect(kona.controlUrl).toBeUndefined();
    await kona.close();
    await rm(directory, { recursive: true });
  });

  it.each([{ KONA_BASE_URL: 'https://kona.example' }, { KONA_SECRET_FILE: '/secret.json' }])(
    'is refused where only %o is given: its calls would go out with the wrong keys, or nowhere',
    async (environment) => {
      await expect(openKona(environment)).rejects.toThrow('KONA_BASE_URL and KONA_SECRET_FILE go together');
    },
  );
});
