import type { Credentials } from '../../shared/kona/secret.ts';
import { masked } from '../../shared/observability/masked.ts';

/** Takes keys, tokens and PARs out of a text. */
export type Mask = {
  (text: string): string;
  /** From now on this is taken out too. */
  readonly hide: (secret: string) => void;
};

/** A shorter one is only taken out where it stands by itself: it may be a part of many words. */
const cutOutMin = 6;

export function createMask({ accessKey, secretKey, aspId, cryptoKeyId = '' }: Credentials): Mask {
  const patterns = [accessKey, secretKey, aspId, cryptoKeyId].flatMap(patternsOf);
  const mask = (text: string): string =>
    maskPars(
      patterns
        .reduce((rest, pattern) => rest.replace(pattern, '***'), text)
        .replace(/(KMV1(?::|%3A)\d+(?::|%3A))[^\s"'<>,}*]+/gi, '$1***'),
    );
  return Object.assign(mask, { hide: (secret: string) => void patterns.push(...patternsOf(secret)) });
}

/** As `masked` does in logs, but without its bound on the length. */
const maskPars = (text: string): string => text.replace(/[0-9A-Za-z]{27,}/g, masked);

/** The secret as it is, and as JSON, a URL, HTML or Base64 write it. */
function patternsOf(secret: string): RegExp[] {
  if (secret === '') return [];
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  const forms = new Set([
    secret,
    json,
    json.replaceAll('/', '\\/'),
    encodeURIComponent(secret.toWellFormed()),
    html,
    base64,
  ]);
  // The longest first: a form may hold another.
  return [...forms].sort((one, other) => other.length - one.length).map((form) => patternOf(form, secret.length));
}

function patternOf(form: string, secretLength: number): RegExp {
  const escaped = form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return secretLength < cutOutMin
    ? new RegExp(`(?<![0-9A-Za-z])${escaped}(?![0-9A-Za-z])`, 'g')
    : new RegExp(escaped, 'gi');
}

/** What a terminal would obey, or not show, becomes visible. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\t' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
