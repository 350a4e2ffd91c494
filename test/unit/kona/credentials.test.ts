import { describe, expect, it } from 'vitest';
import { createCredentials, type SecretNotice } from '../../../shared/kona/credentials.ts';

const secret = (accessKey: string): string =>
  JSON.stringify({ aspId: 'ASP000000000001', accessKey: accessKey.padEnd(40, '0'), secretKey: 'secret' });

/** A secret store, a clock and a log in one, all three moved by the test. */
function aStore(text: string) {
  const store = { text, reads: 0, now: 1_000_000, failing: undefined as Error | undefined };
  const notices: SecretNotice[] = [];
  const credentials = createCredentials({
    readSecret: async () => {
      store.reads += 1;
      if (store.failing) throw store.failing;
      return store.text;
    },
    clock: () => store.now,
    onSecretFailure: (notice) => notices.push(notice),
  });
  const accessKey = async (): Promise<string> => (await credentials.current()).accessKey.replace(/0+$/, '');
  return { store, notices, credentials, accessKey };
}

describe('the secret at hand', () => {
  it('is read once and then for five minutes no more', async () => {
    const { store, accessKey } = aStore(secret('A'));
    await accessKey();
    store.now += 299_999;
    await accessKey();

    expect(store.reads).toBe(1);
  });

  it('is read anew after five minutes', async () => {
    const { store, accessKey } = aStore(secret('A'));
    await accessKey();
    store.text = secret('B');
    store.now += 300_000;

    expect(await accessKey()).toBe('B');
  });

  it('is read anew when the clock was set back', async () => {
    const { store, accessKey } = aStore(secret('A'));
    await accessKey();
    store.text = secret('B');
    store.now -= 3_600_000;

    expect(await accessKey()).toBe('B');
  });

  it('is read once for all who ask at the same time', async () => {
    const { store, accessKey } = aStore(secret('A'));
    const seen = await Promise.all([accessKey(), accessKey(), accessKey()]);

    expect(seen).toEqual(['A', 'A', 'A']);
    expect(store.reads).toBe(1);
  });

  // failures: F111
  it('stays in use when the store fails, and the failure is told', async () => {
    const { store, notices, accessKey } = aStore(secret('A'));
    await accessKey();
    store.failing = new Error('down');
    store.now += 300_000;

    expect(await accessKey()).toBe('A');
    expect(notices).toEqual([{ error: store.failing, stillUsable: true }]);
  });

  it('is asked for again soon after a failure, but not at every call', async () => {
    const { store, accessKey } = aStore(secret('A'));
    await accessKey();
    store.failing = new Error('down');
    store.now += 300_000;
    await accessKey();
    await accessKey();
    expect(store.reads).toBe(2);

    store.failing = undefined;
    store.text = secret('B');
    store.now += 15_000;
    expect(await accessKey()).toBe('B');
  });

  it('stays in use when the new one is malformed', async () => {
    const { store, notices, accessKey } = aStore(secret('A'));
    await accessKey();
    store.text = '{}';
    store.now += 300_000;

    expect(await accessKey()).toBe('A');
    expect(notices).toMatchObject([{ error: { name: 'MalformedSecret' }, stillUsable: true }]);
  });

  // failures: F112
  it('is not to be had, and that is told, while the first read fails; the next try may succeed', async () => {
    const { store, notices, accessKey } = aStore(secret('A'));
    store.failing = new Error('down');

    await expect(accessKey()).rejects.toThrow('down');
    expect(notices).toEqual([{ error: store.failing, stillUsable: false }]);

    store.failing = undefined;
    expect(await accessKey()).toBe('A');
  });
});

describe('a refused secret', () => {
  async function refusedOnce(text: string) {
    const given = aStore(text);
    given.credentials.markRefused(await given.credentials.current());
    return given;
  }

  it('is exchanged for the rotated one', async () => {
    const { store, credentials, accessKey } = await refusedOnce(secret('A'));
    store.text = secret('B');

    expect(await credentials.refresh()).toBe(true);
    expect(await accessKey()).toBe('B');
  });

  it('is no different one if the store still holds the same', async () => {
    const { credentials } = await refusedOnce(secret('A'));

    expect(await credentials.refresh()).toBe(false);
  });

  it('is read anew at most once a minute', async () => {
    const { store, credentials } = await refusedOnce(secret('A'));
    await credentials.refresh();
    store.text = secret('B');
    store.now += 59_999;
    expect(await credentials.refresh()).toBe(false);
    expect(store.reads).toBe(2);

    store.now += 1;
    expect(await credentials.refresh()).toBe(true);
  });

  // failures: F077
  it('is read once for all who were refused with it, and each learns of the new one', async () => {
    const { store, credentials } = await refusedOnce(secret('A'));
    store.text = secret('B');
    const together = await Promise.all([credentials.refresh(), credentials.refresh(), credentials.refresh()]);
    const late = await credentials.refresh();

    expect([...together, late]).toEqual([true, true, true, true]);
    expect(store.reads).toBe(2);
  });

  it('does not become a different one because both were refused', async () => {
    const { store, credentials } = await refusedOnce(secret('A'));
    store.text = secret('B');
    await credentials.refresh();
    credentials.markRefused(await credentials.current());

    expect(await credentials.refresh()).toBe(false);
    expect(store.reads).toBe(2);
  });

  it('stays at hand when the store fails', async () => {
    const { store, notices, credentials, accessKey } = await refusedOnce(secret('A'));
    store.failing = new Error('down');

    expect(await credentials.refresh()).toBe(false);
    expect(await accessKey()).toBe('A');
    expect(notices).toHaveLength(1);
  });
});

describe('a secret that was never at hand', () => {
  it('is no different one after a refresh that fails too', async () => {
    const { store, credentials } = aStore(secret('A'));
    store.failing = new Error('down');

    expect(await credentials.refresh()).toBe(false);
  });
});
