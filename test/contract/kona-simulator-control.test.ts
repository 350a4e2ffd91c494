import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import { misbehaviourKinds } from '../support/kona-simulator/misbehaviour-kinds.ts';
import { createPlainClient, plainCorporation, plainPar } from '../support/kona-simulator/plain-client.ts';

// The simulator as a process of its own, and everything of it over HTTP.

const main = fileURLToPath(new URL('../support/kona-simulator/main.ts', import.meta.url));
const announcement = z.strictObject({ url: z.url(), controlUrl: z.url() });

async function startProcess(...args: string[]) {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [main, ...args]);
  child.stderr.pipe(process.stderr);
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, ...announcement.parse(JSON.parse(z.string().parse(line))) };
}

let simulator: Awaited<ReturnType<typeof startProcess>>;
let client: ReturnType<typeof createPlainClient>;

beforeAll(async () => {
  simulator = await startProcess('--modes', '{"latencyMs":1}');
  client = createPlainClient(simulator.url);
});
afterAll(async () => {
  simulator.child.stdin.end();
  if (simulator.child.exitCode === null) await once(simulator.child, 'exit');
});

async function control(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${simulator.controlUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return response.ok ? answer : { status: response.status, answer };
}

describe('control over HTTP', () => {
  it('sets cards up and tells the truth about them', async () => {
    await control('PUT', '/cards', [{ par: plainPar(1), state: 'unknown' }]);
    expect(await client.name([plainPar(1)])).toMatchObject({ status: 400 });
    expect(await control('GET', `/cards/${plainPar(1)}`)).toEqual({ par: plainPar(1), state: 'unknown' });
    await client.name([plainPar(2)]);
    expect(await control('GET', '/cards')).toMatchObject([
      { par: plainPar(2), state: 'named', namedFor: { bizLicenseNo: plainCorporation.bizLicenseNo } },
    ]);
  });

  it('shows and changes modes', async () => {
    expect(await control('GET', '/modes')).toMatchObject({ cards: 'known', latencyMs: 1 });
    await control('PATCH', '/modes', { cards: 'unknown' });
    expect(await client.name([plainPar(3)])).toMatchObject({ status: 400 });
    await control('PATCH', '/modes', { cards: 'known' });
    expect(await client.name([plainPar(3)])).toMatchObject({ status: 200 });
  });

  it('sets and ends modes that are objects or lists', async () => {
    const refused = { bizLicenseNo: plainCorporation.bizLicenseNo, status: 403, body: 'html' };
    const change = {
      refusedListCommits: 'arbitrary',
      badCardsInLists: 'listed_with_word',
      textLength: 200,
      rateLimit: { calls: 1, perMs: 3_600_000, window: 'bucket', retryAfter: true },
      refusedCorporations: [refused],
    };
    await control('PATCH', '/modes', change);
    expect(await control('GET', '/modes')).toMatchObject(change);
    expect(await client.name([plainPar(3)])).toMatchObject({ status: 403 });
    expect(await client.name([plainPar(3)])).toMatchObject({ status: 429, headers: { 'retry-after': '3600' } });
    const [limited] = z
      .array(z.unknown())
      .parse(await control('GET', '/requests'))
      .slice(-1);
    expect(limited).toMatchObject({ answered: { status: 429 }, tookEffectOn: [] });
    await control('PATCH', '/modes', {
      ...{ refusedListCommits: 'none', badCardsInLists: 'refuse', textLength: 0 },
      ...{ rateLimit: null, refusedCorporations: [] },
    });
    expect(await client.name([plainPar(30)])).toMatchObject({ status: 200 });
    expect(await client.name([plainPar(31)])).toMatchObject({ status: 200 });
  });

  it('plans misbehaviours of every sort, and an end to them', async () => {
    const unavailable = { kind: 'http_status', status: 503, when: 'before' };
    await control('POST', '/misbehaviours', { misbehaviour: unavailable });
    expect(await client.name([plainPar(4)])).toMatchObject({ status: 503 });
    await control('POST', '/misbehaviours', { misbehaviour: unavailable, par: plainPar(5), times: 2 });
    expect(await client.name([plainPar(4)])).toMatchObject({ status: 200 });
    expect(await client.name([plainPar(5)])).toMatchObject({ status: 503 });
    await control('PUT', '/random', { share: 1, seed: 1, kinds: [{ ...unavailable, status: 504 }] });
    expect(await client.name([plainPar(6)])).toMatchObject({ status: 504 });
    await control('PUT', '/outage', { ...unavailable, status: 500 });
    expect(await client.name([plainPar(6)])).toMatchObject({ status: 500 });
    await control('DELETE', '/misbehaviours');
    expect(await client.name([plainPar(6)])).toMatchObject({ status: 200 });
    expect(await control('GET', '/misbehaviour-kinds')).toEqual(misbehaviourKinds);
  });

  it('pins a misbehaviour to a card until it is ended, and only to a card', async () => {
    const misbehaviour = { kind: 'http_status', status: 503, when: 'before' };
    await control('POST', '/misbehaviours', { misbehaviour, par: plainPar(20), times: 'always' });
    for (let call = 0; call < 10; call += 1)
      expect(await client.name([plainPar(20), plainPar(21)])).toMatchObject({ status: 503 });
    await control('DELETE', '/misbehaviours');
    expect(await client.name([plainPar(20)])).toMatchObject({ status: 200 });
    expect(await control('POST', '/misbehaviours', { misbehaviour, times: 'always' })).toMatchObject({ status: 400 });
    expect(await client.name([plainPar(21)])).toMatchObject({ status: 200 });
  });

  it('shows requests, violations and counters, and forgets them', async () => {
    const call = client.sign({ ...plainCorporation, parList: [plainPar(7)] });
    await client.send(call);
    await client.send(call);
    const correlationId = call.headers['X-KM-Correlation-Id'];
    expect(await control('GET', `/requests?correlationId=${correlationId}`)).toMatchObject([
      { body: call.body.toString(), tookEffectOn: [plainPar(7)] },
      { answered: { status: 400, code: '003_050' } },
    ]);
    const byCard = z.array(z.object({ seq: z.number() })).parse(await control('GET', `/requests?par=${plainPar(7)}`));
    expect(byCard).toHaveLength(2);
    expect(await control('GET', `/requests?afterSeq=${byCard[0]?.seq}`)).toHaveLength(1);
    expect(await control('GET', '/violations')).toMatchObject([{ violation: 'correlation_id_reused' }]);
    await control('DELETE', '/state');
    expect(await control('GET', '/counters')).toMatchObject({ requests: 0, violations: 0 });
    expect(await control('GET', '/cards')).toEqual([]);
  });

  it('rotates keys', async () => {
    const next = { aspId: simulatedCredentials.aspId, accessKey: 'n'.repeat(40), secretKey: 'next' };
    await control('PUT', '/credentials', [next]);
    expect(await client.name([plainPar(8)])).toMatchObject({ status: 401 });
    await control('PUT', '/credentials', [simulatedCredentials]);
    expect(await client.name([plainPar(8)])).toMatchObject({ status: 200 });
  });

  it('goes dark for a while', async () => {
    await control('POST', '/dark', { forMs: 500 });
    const call = async () => (await client.name([plainPar(9)])).end;
    await expect.poll(call, { interval: 10 }).toBe('none');
    await expect.poll(call, { interval: 20, timeout: 5_000 }).toBe('whole');
  });

  it('says what it did not understand', async () => {
    expect(await control('PATCH', '/modes', { card: 'known' })).toMatchObject({ status: 400 });
    expect(await control('PUT', '/outage', { kind: 'nonsense' })).toMatchObject({ status: 400 });
    expect(await control('POST', '/misbehaviours')).toMatchObject({ status: 400 });
    expect(await control('GET', '/nothing')).toMatchObject({ status: 404 });
  });
});

describe('the process', () => {
  it('ends when its stdin closes, in the middle of a call too', async () => {
    const { child, url, controlUrl } = await startProcess();
    await fetch(`${controlUrl}/outage`, { method: 'PUT', body: JSON.stringify({ kind: 'hang' }) });
    const unanswered = createPlainClient(url).name([plainPar(1)]);
    await expect.poll(async () => (await fetch(`${controlUrl}/cards`)).text(), { interval: 10 }).toContain(plainPar(1));
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await unanswered).toMatchObject({ end: 'none' });
  });

  it('ends on SIGTERM', async () => {
    const { child } = await startProcess();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
