import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type KonaSimulator, startKonaSimulator } from '../../support/kona-simulator/server.ts';
import { namedPar, par, runKonaCheck, secret, unknownPar } from '../../unit/kona-check/run-kona-check.ts';
import { aCertificate, aClosedPort, startPeer } from './raw-peer.ts';

describe('kona-check against the simulator', () => {
  let simulator: KonaSimulator;
  beforeEach(async () => {
    simulator = await startKonaSimulator();
  });
  afterEach(() => simulator.close());

  it('sends each documented case once, and exits 0 when all are answered as the page says', async () => {
    const { code, output } = await runKonaCheck(simulator.url, ['--unknown-par', unknownPar]);

    expect(code).toBe(0);
    expect(simulator.requests().map(({ order }) => order?.parList)).toEqual([[par], [unknownPar], [par]]);
    expect(simulator.violations()).toEqual([]);
    expect(output).toContain('POST http://127.0.0.1');
    expect(output).toContain('X-KM-Tran-Token: KMV1:');
    expect(output).toContain('HTTP/1.1 400 Bad Request');
    expect(output).toContain('{"response":{"code":"003_021","description":"Cannot find par"}}');
    expect(output).toMatch(/success +200 000_000 +200 000_000 +success +as documented/);
    expect(output).toMatch(/par not found +400 003_021 +400 003_021 +not_found +as documented/);
    expect(output).toMatch(/already named +400 003_050 +400 003_050 +already_named +as documented/);
    expect(output).toContain('returnMessage: "Success"');
    expect(output).toContain('X-KM-Tran-Token: 67 characters');
    expect(output).toContain('Next: Deploy with these settings: npx cdk deploy');
  });

  it('uses the card of --named-par for the case "already named"', async () => {
    const { code } = await runKonaCheck(simulator.url, ['--named-par', namedPar]);

    expect(code).toBe(0);
    expect(simulator.requests().map(({ order }) => order?.parList)).toEqual([[par], [namedPar]]);
  });

  it('leaves the unknown card out without --unknown-par, and says so', async () => {
    const { code, output } = await runKonaCheck(simulator.url);

    expect(code).toBe(0);
    expect(output).toContain('left out: needs --unknown-par: no PAR is invented');
  });

  it('sends nothing again when the card was named before', async () => {
    simulator.setCards([{ par, state: 'named', bizLicenseNo: '1', registrationNumber: '1' }]);
    const { code, output } = await runKonaCheck(simulator.url);

    expect(code).toBe(1);
    expect(simulator.requests()).toHaveLength(1);
    expect(output).toContain('The card of --par was named before');
  });

  it('reads an unpublished code as unclear, and names konaRefusalCodes', async () => {
    simulator.misbehaveNext({ kind: 'refusal', code: '000_999', description: '시스템 점검 중입니다.' });
    const { code, output } = await runKonaCheck(simulator.url);

    expect(code).toBe(1);
    expect(output).toContain('UNCLEAR');
    expect(output).toContain('reason          unclear_code');
    expect(output).toContain('시스템 점검 중입니다.');
    expect(output).toContain(`-c 'konaRefusalCodes=["000_999"]'`);
    expect(output).toContain('left out: needs --named-par');
  });

  it('names konaSuccessMessages for a word of success that is not known', async () => {
    simulator.misbehaveNext({ kind: 'list_words', returnMessage: '처리완료' });
    const { code, output } = await runKonaCheck(simulator.url);

    expect(code).toBe(1);
    expect(output).toContain('card listed as  other ("처리완료")');
    expect(output).toContain(
      `add 처리완료 to konaSuccessMessages: -c 'konaSuccessMessages=["Success","성공","정상","처리완료"]'`,
    );
  });

  it('takes the word for success once the setting holds it', async () => {
    simulator.misbehaveNext({ kind: 'list_words', returnMessage: '처리완료' });
    const { code } = await runKonaCheck(simulator.url, ['-c', 'konaSuccessMessages=["처리완료"]']);

    expect(code).toBe(0);
  });

  it('shows the raw page of a 403, and stops: the keys or the address are refused', async () => {
    simulator.misbehaveNext({ kind: 'http_status', status: 403, body: 'html' });
    const { code, output } = await runKonaCheck(simulator.url, ['--unknown-par', unknownPar]);

    expect(code).toBe(1);
    expect(simulator.requests()).toHaveLength(1);
    expect(output).toContain('HTTP/1.1 403 Forbidden');
    expect(output).toContain('<html><head><title>403</title>');
    expect(output).toContain('reading         credentials_refused');
    expect(output).toContain('left out: KONA PLATE refuses the keys');
  });

  it('stops after a 429, and shows its Retry-After', async () => {
    simulator.misbehaveNext({ kind: 'http_status', status: 429, retryAfter: '7' });
    const { code, output } = await runKonaCheck(simulator.url, ['--unknown-par', unknownPar]);

    expect(code).toBe(1);
    expect(simulator.requests()).toHaveLength(1);
    expect(output).toContain('Rate-limit headers: Retry-After: 7');
    expect(output).toContain('left out: KONA PLATE asks for fewer calls');
  });

  it('counts a missing echo of the correlation ID as a difference', async () => {
    simulator.misbehaveNext({ kind: 'echo', correlationId: null });
    const { code, output } = await runKonaCheck(simulator.url);

    expect(code).toBe(1);
    expect(output).toContain('breaches        correlation_id_missing');
    expect(output).toContain('Tell KONA: the answer does not echo X-KM-Correlation-Id.');
  });

  it('shows what came of an answer that was cut off', async () => {
    simulator.misbehaveNext({ kind: 'cut_body', framing: 'content_length' });
    const { code, output } = await runKonaCheck(simulator.url);

    expect(code).toBe(1);
    expect(output).toContain('no whole answer: cut_off; what came of the body:');
    expect(output).toContain('{"response"');
  });

  it('says that a call without an answer may have named the card', async () => {
    simulator.misbehaveNext({ kind: 'hang' });
    const { code, output } = await runKonaCheck(simulator.url, ['--timeout-ms', '1000']);

    expect(code).toBe(1);
    expect(output).toContain('nothing: timeout');
    expect(output).toContain('it may or may not be named');
  });

  it('cuts a long body, with a note', async () => {
    simulator.misbehaveNext({ kind: 'huge_body', bytes: 20_000 });
    const { output } = await runKonaCheck(simulator.url);

    expect(output).toMatch(/\(cut: 4000 of \d{5} characters are shown\)/);
  });

  it('asks for the last four characters of the card, and sends when they are typed', async () => {
    expect((await runKonaCheck(simulator.url, [], { yes: false, typed: '66a4 ' })).code).toBe(0);
    expect(simulator.requests()).toHaveLength(2);
  });

  it.each([
    ['something else is typed', { yes: false, typed: 'yes' }, 'Not confirmed'],
    ['there is no terminal', { yes: false }, 'There is no terminal to confirm at'],
    ['the secret is malformed', { secret: '{"aspId":"short"}' }, 'aspId must have 15 printable characters'],
    ['the secret is no JSON', { secret: 'accessKey=1' }, 'is not JSON'],
  ])('sends nothing and exits 2 when %s', async (_, given, detail) => {
    const { code, output } = await runKonaCheck(simulator.url, [], given);

    expect(code).toBe(2);
    expect(output).toContain(detail);
    expect(output).toContain('No card was sent.');
    expect(simulator.requests()).toEqual([]);
  });

  it('warns before it sends that the card is named for good', async () => {
    const { output } = await runKonaCheck(simulator.url, [], { yes: false, typed: '' });

    expect(output).toContain('WARNING: kona-check names a card. It cannot be undone');
    expect(output).toContain('Q180…66A4 is named for this corporation');
  });
});

describe('kona-check and the network', () => {
  it('exits 2 when the connection is refused, and leaves the other cases out', async () => {
    const { code, output } = await runKonaCheck(`http://127.0.0.1:${await aClosedPort()}`, [
      '--unknown-par',
      unknownPar,
    ]);

    expect(code).toBe(2);
    expect(output).toContain('not sent: connect_econnrefused');
    expect(output).toContain('left out: the call before it could not be sent');
  });

  it('exits 2 when the certificate is not trusted', async () => {
    const peer = await startPeer(() => undefined, aCertificate('IP:127.0.0.1'));
    const { code, output } = await runKonaCheck(`https://127.0.0.1:${peer.port}`);

    expect(code).toBe(2);
    expect(output).toMatch(/not sent: tls_/);
    expect(peer.bytesReceived()).toBe(0);
  });
});

describe('the process', () => {
  it('reads the secret file from where npm was called, and refuses to run without a terminal', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kona-check-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'secret.json'), secret);
    const main = fileURLToPath(new URL('../../../infra/kona-check/main.ts', import.meta.url));
    const corporation = ['--corporation-name', 'KONA', '--biz-license-no', '1168200276'];
    const card = ['--registration-number', '1101110062432', '--par', par];
    const args = ['--base-url', 'http://127.0.0.1:1', '--secret-file', 'secret.json', ...corporation, ...card];
    const env = { ...process.env, INIT_CWD: directory };
    const ended = promisify(execFile)(process.execPath, [main, ...args], { env });

    await expect(ended).rejects.toMatchObject({
      code: 2,
      stdout: expect.stringContaining('WARNING: kona-check names a card.'),
      stderr: expect.stringContaining('There is no terminal to confirm at'),
    });
  });
});
