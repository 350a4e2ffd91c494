import type { ReadWord } from '../limit-increase/listing.ts';

/** KONA's texts for 003_050 and 003_021, in both languages, as published or seen. */
const publishedRefusals = [
  'All named process has been completed',
  '이미 기명화가 진행된 카드',
  '이미 기명화가 완료된 카드',
  'Cannot find par',
  'Invalid PAR token',
  'PAR를 찾을 수 없음',
  '결제 토큰을 찾을 수 없음',
];

export type WordSettings = {
  /** Taken as they are written, blanks around them left out. */
  readonly successMessages: readonly string[];
  /** Beside the published ones. Compared without case, blanks and punctuation. */
  readonly refusalMessages: readonly string[];
};

/** What KONA's `returnMessage` says of a listed card: only success is proof. A word that is in both lists is a refusal. */
export function createReadWord({ successMessages, refusalMessages }: WordSettings): ReadWord {
  const successes = new Set(successMessages.map((message) => message.trim()));
  const refusals = new Set([...publishedRefusals, ...refusalMessages].map(comparable));
  return (returnMessage) => {
    if (refusals.has(comparable(returnMessage))) return 'refusal';
    return successes.has(returnMessage.trim()) ? 'success' : 'other';
  };
}

const comparable = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
