import { describe, expect, it } from 'vitest';
import { createRedactText, cutText } from '../../../shared/kona/redacted-text.ts';

const accessKey = 'CANARY-ACCESS-KEY-0123456789-0123456789A';
const redactText = (text: string, secretKey = 'CANARY-SECRET') =>
  createRedactText({ aspId: 'ASP000000000001', accessKey, secretKey })(text);

describe("a text of KONA's", () => {
  it('is stored as it came', () => {
    const text = '이미 실명 등록된 카드 (all named process has been completed)';
    expect(cutText(redactText(text), 200)).toBe(text);
  });

  it('loses our keys and tokens', () => {
    const token = `KMV1:20261122101500007:${'aB3+/'.repeat(8)}xyz=`;

    expect(redactText(`bad ${accessKey}, CANARY-SECRET and ${token}!`)).toBe('bad ***, *** and ***!');
  });

  it('is not torn apart by a secret of one letter', () => {
    expect(redactText('success', 'e')).toBe('success');
  });

  it('is cut by characters, of two and of four bytes alike', () => {
    expect(cutText('코'.repeat(600), 100)).toBe('코'.repeat(100));
    expect(cutText('💳'.repeat(600), 100)).toBe('💳'.repeat(100));
    expect(cutText(`${'x'.repeat(99)}🏦!`, 100)).toBe(`${'x'.repeat(99)}🏦`);
    expect(cutText(`${'💳'.repeat(50)}x${'💳'.repeat(60)}`, 100)).toBe(`${'💳'.repeat(50)}x${'💳'.repeat(49)}`);
  });

  it('holds no half of a character', () => {
    expect(cutText('a\ud83cb', 100)).toBe('a\ufffdb');
    expect(cutText(`${'x'.repeat(99)}\ud83c`, 100)).toBe(`${'x'.repeat(99)}\ufffd`);
  });
});
