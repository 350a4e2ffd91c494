import { describe, expect, it } from 'vitest';
import { createReadWord } from '../../../shared/kona/listed-words.ts';

const readWord = createReadWord({
  successMessages: ['Success', '성공', ' 정상 '],
  refusalMessages: ['카드 해지', 'Closed.'],
});

describe('the returnMessage of a listed card', () => {
  it.each(['Success', ' Success ', '성공', '정상'])('is a success where the setting has it: %j', (word) => {
    expect(readWord(word)).toBe('success');
  });

  it.each(['success', 'SUCCESS', 'Success!', 'Successful', '성공함', '', 'Pending', '처리됨'])(
    'is no success where the setting does not have it as it is written: %j',
    (word) => {
      expect(readWord(word)).toBe('other');
    },
  );

  it.each([
    'All named process has been completed',
    'all named process has been completed.',
    '  ALL NAMED PROCESS HAS BEEN COMPLETED  ',
    '이미 기명화가 진행된 카드',
    '이미 기명화가 완료된 카드',
    '이미기명화가완료된카드.',
    'Cannot find par',
    'cannot find PAR!',
    'Invalid PAR token',
    'PAR를 찾을 수 없음',
    '결제 토큰을 찾을 수 없음',
    // failures: F091
  ])('is a refusal as published, in both languages, without regard to case, blanks and punctuation: %j', (word) => {
    expect(readWord(word)).toBe('refusal');
    expect(readWord(word.normalize('NFD'))).toBe('refusal');
  });

  it.each(['카드 해지', '카드해지', 'closed', 'CLOSED!'])('is a refusal where the setting adds it: %j', (word) => {
    expect(readWord(word)).toBe('refusal');
  });

  it('is a refusal if both settings have it', () => {
    const both = createReadWord({ successMessages: ['Done', 'Cannot find par'], refusalMessages: ['done'] });
    expect([both('Done'), both('Cannot find par')]).toEqual(['refusal', 'refusal']);
  });
});
