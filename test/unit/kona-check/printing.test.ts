import { describe, expect, it } from 'vitest';
import { createMask } from '../../../infra/kona-check/mask.ts';
import { nextSteps } from '../../../infra/kona-check/next-steps.ts';
import { observations } from '../../../infra/kona-check/observations.ts';
import { callLines } from '../../../infra/kona-check/print-call.ts';
import type { AnswerHead, RecordedExchange } from '../../../infra/kona-check/recorder.ts';
import { verdictOf } from '../../../infra/kona-check/verdict.ts';
import { readSettings } from '../../../shared/config/settings.ts';
import { aCorrelationId } from '../../support/builders.ts';
import { aMoment } from '../../support/fixed-clock.ts';
import { aResult, listedOutcome, madeCall, readWord, refusedOutcome, unknownOutcome } from './builders.ts';

const mask = createMask({ aspId: 'ASP000000000001', accessKey: 'k'.repeat(40), secretKey: 'secret-of-mine' });
const settings = readSettings({ konaBaseUrl: 'https://sandbox.konaplate.com/open-api' });

function exchanged(body: Buffer | string, over: Partial<AnswerHead> = {}): RecordedExchange {
  const answerBody = Buffer.from(body);
  const head = { statusLine: 'HTTP/1.1 400 Bad Request', headers: [['Content-Type', 'text/html']] as const, ...over };
  return {
    url: new URL('https://sandbox.konaplate.com/open-api/api/v1/user/namedcard/corp'),
    headers: { 'X-KM-Tran-Token': 'KMV1:20261122101500007:c2ln', 'X-KM-Tran-Time': '20261122101500' },
    body: Buffer.from('{}'),
    result: { kind: 'whole', httpStatus: 400, headers: {}, body: answerBody },
    ...{ head, answerBody, durationMs: 40 },
  };
}

async function printed(body: Buffer | string, over?: Partial<AnswerHead>): Promise<string> {
  const call = madeCall(unknownOutcome(), exchanged(body, over));
  return (await callLines('success', call, verdictOf('success', call), mask)).join('\n');
}

describe('a printed call', () => {
  it('holds what was sent, the raw answer, the reading and the promise', async () => {
    const text = await printed('<p>점검 중</p>\n<b>503</b>');

    expect(text).toContain('    POST https://sandbox.konaplate.com/open-api/api/v1/user/namedcard/corp');
    expect(text).toContain('    X-KM-Tran-Token: KMV1:20261122101500007:*** (27 characters)');
    expect(text).toContain(
      '    HTTP/1.1 400 Bad Request\n    Content-Type: text/html\n\n    <p>점검 중</p>\n    <b>503</b>',
    );
    expect(text).toContain(
      '    outcome         unknown\n    reading         unclear\n    reason          unclear_code',
    );
    expect(text).toContain(
      '    answer          HTTP 200, 000_000: the list holds the card\n    verdict         UNCLEAR',
    );
  });

  it('says when there is no body', async () => {
    expect(await printed('')).toContain('(no body)');
  });

  it('says when a body is not UTF-8', async () => {
    expect(await printed(Buffer.from([0xc1, 0xa1, 0x41]))).toContain('(not UTF-8:');
  });

  it('says when a body cannot be decompressed', async () => {
    const headers = [['Content-Encoding', 'gzip']] as const;
    expect(await printed('no gzip', { headers })).toContain('7 bytes with Content-Encoding gzip: unreadable_encoding');
  });

  it('cuts a long body after it was masked', async () => {
    const text = await printed(`${'가'.repeat(3_995)}secret-of-mine${'가'.repeat(100)}`);

    expect(text).toContain('(cut: 4000 of 4098 characters are shown)');
    expect(text).not.toContain('secr');
  });

  it('shows control characters of the answer instead of obeying them', async () => {
    expect(await printed('\u001b[31mred')).toContain('\\u{1b}[31mred');
  });
});

describe('the observations', () => {
  it('tell lengths, words, echo, TLS, rate limits and the clock', () => {
    const headers = [
      ['X-KM-Correlation-Id', aCorrelationId()],
      ['RateLimit-Remaining', '9'],
      ['Date', new Date(aMoment + 90_000).toUTCString()],
    ] as const;
    const answer = exchanged('{"response":{},"traceId":1}', { headers, tls: 'TLSv1.3, TLS_AES_128_GCM_SHA256' });
    const lines = observations([aResult('success', listedOutcome('Success'), answer)]);

    expect(lines).toContain('returnMessage: "Success"');
    expect(lines).toContain('X-KM-Correlation-Id of the answers: success: echoed');
    expect(lines).toContain('Content-Type: success: none');
    expect(lines).toContain('Fields of the body: success: response, traceId');
    expect(lines).toContain('Rate-limit headers: RateLimit-Remaining: 9');
    expect(lines).toContain('TLS: TLSv1.3, TLS_AES_128_GCM_SHA256');
    expect(lines).toContain("KONA's clock against ours: success: 90 s ahead");
    expect(lines).toContain('Durations: success: 40 ms');
  });

  it('are none where nothing was sent', () => {
    expect(observations([{ name: 'success', leftOut: 'x' }])).toEqual([]);
  });
});

describe('the next step', () => {
  it('is the exact option for a word of success, quoted for a shell', () => {
    const [step] = nextSteps([aResult('success', listedOutcome("It's done"))], settings, readWord);
    expect(step).toContain(`-c 'konaSuccessMessages=["Success","성공","정상","It'\\''s done"]'`);
  });

  it('is konaRefusalCodes for an unknown code, if KONA confirms it', () => {
    const [step] = nextSteps([aResult('success', unknownOutcome({ code: '003_777' }))], settings, readWord);
    expect(step).toBe(
      `Ask KONA what code 003_777 means. If it refuses the card for good, add 003_777 to konaRefusalCodes: -c 'konaRefusalCodes=["003_777"]'`,
    );
  });

  it('is konaRefusalMessages for a text of a refusal that is not known', () => {
    const result = aResult('alreadyNamed', refusedOutcome({ description: '기명 완료' }));
    expect(nextSteps([result], settings, readWord)[0]).toContain(`-c 'konaRefusalMessages=["기명 완료"]'`);
  });

  it('is the deployment when all is as documented', () => {
    const steps = nextSteps([aResult('success', listedOutcome('Success'))], settings, readWord);
    expect(steps).toEqual([
      `Deploy with these settings: npx cdk deploy -c 'konaBaseUrl=https://sandbox.konaplate.com/open-api' -c 'konaTimeZone=KST' -c 'konaSuccessMessages=["Success","성공","정상"]'`,
    ]);
  });

  it('warns when a card that should be unknown was named', () => {
    const [step] = nextSteps([aResult('unknownPar', listedOutcome('Success'))], settings, readWord);
    expect(step).toContain('it is named now');
  });
});
