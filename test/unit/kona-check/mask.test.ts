import { describe, expect, it } from 'vitest';
import { createMask, printable } from '../../../infra/kona-check/mask.ts';

const credentials = { aspId: 'ASP000000000001', accessKey: 'a/b"c&d\\e'.padEnd(40, 'x'), secretKey: 'secret-of-mine' };
const token = 'KMV1:20261122101500007:abc/DEF+ghi0123456789abcdefghijklmnopqrstuv=';

describe('the mask of kona-check', () => {
  it.each([
    ['as it is', (secret: string) => secret],
    ['in JSON', (secret: string) => JSON.stringify(secret)],
    ['in JSON with escaped slashes', (secret: string) => JSON.stringify(secret).replaceAll('/', '\\/')],
    ['in a URL', encodeURIComponent],
    ['in HTML', (secret: string) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in Base64', (secret: string) => Buffer.from(secret).toString('base64')],
    ['in capitals', (secret: string) => secret.toUpperCase()],
  ])('takes every secret out, %s', (_, write) => {
    const mask = createMask(credentials);
    for (const secret of Object.values(credentials)) {
      const shown = mask(`before ${write(secret)} after`);
      expect(shown).toMatch(/^before "?\*\*\*"?=* after$/);
    }
  });

  it('keeps the time of a token, and nothing of its signature', () => {
    const mask = createMask(credentials);
    expect(mask(`token="${token}"`)).toBe('token="KMV1:20261122101500007:***"');
    expect(mask(encodeURIComponent(token))).toBe('KMV1%3A20261122101500007%3A***');
    expect(mask('KMV1:20261122101500007:***')).toBe('KMV1:20261122101500007:***');
  });

  it('takes out what it is told later', () => {
    const mask = createMask(credentials);
    mask.hide('signature=');
    expect(mask('bad signature= given')).toBe('bad *** given');
  });

  it('leaves a short secret inside of words, and takes it out by itself', () => {
    const mask = createMask({ ...credentials, secretKey: 'ok' });
    expect(mask('look: ok, "ok"')).toBe('look: ***, "***"');
  });

  it('shows four characters at either end of a PAR, in whatever case, and leaves long names', () => {
    const mask = createMask(credentials);
    const par = 'Q180BEA3B2F1BBD8410336D66A4';
    expect(mask(`${par},${par.toLowerCase()}`)).toBe('Q180…66A4,q180…66a4');
    expect(mask('aVeryLongNameOfSomeFieldOfTheirs')).toBe('aVeryLongNameOfSomeFieldOfTheirs');
  });

  it('does not cut a long text', () => {
    expect(createMask(credentials)('가나 '.repeat(1_000))).toHaveLength(3_000);
  });

  it('makes visible what a terminal would obey', () => {
    expect(printable('a\u001b[2Jb\u202ec\td')).toBe('a\\u{1b}[2Jb\\u{202e}c\td');
  });
});
