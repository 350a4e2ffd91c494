import type { GatewaySettings } from '../../shared/config/settings.ts';
import { publishedCodes } from '../../shared/kona/reading-table.ts';
import type { ReadWord } from '../../shared/limit-increase/listing.ts';
import type { MadeCall } from './make-call.ts';
import { type CaseName, type CaseResult, cases } from './verdict.ts';

type WordListSetting = 'konaSuccessMessages' | 'konaRefusalMessages' | 'konaRefusalCodes';

/** What the operator does next, with the exact option where a setting changes. */
export function nextSteps(results: readonly CaseResult[], settings: GatewaySettings, readWord: ReadWord): string[] {
  const made = results.flatMap((result) => ('call' in result ? result : []));
  const steps = made.flatMap(({ name, call, differences }) => [
    ...stepsOfCard(name, call),
    ...stepsAfter(call, settings, readWord),
    ...(call.breaches.length > 0 ? [`Tell KONA: ${differences.at(-1)}.`] : []),
  ]);
  const isClear = made.length > 0 && made.every(({ verdict }) => verdict === 'as documented');
  const leftOut = results.filter((result) => 'leftOut' in result).length;
  if (isClear && leftOut > 0) steps.push('Run kona-check again with the options that the cases left out need.');
  if (isClear) steps.push(`Deploy with these settings: npx cdk deploy ${deployOptions(settings)}`);
  if (steps.length === 0) steps.push('Send the raw answers above to KONA, and ask what they mean, before you deploy.');
  return [...new Set(steps)];
}

/** The card was not what its option says. */
function stepsOfCard(name: CaseName, { outcome, par }: MadeCall): string[] {
  const meaning = outcome.kind === 'refused' ? outcome.meaning : undefined;
  if (name === 'success' && meaning === 'already_named')
    return ['The card of --par was named before: run kona-check with a card that is not named yet.'];
  if (name === 'success' && meaning === 'not_found')
    return ['KONA PLATE does not know the card of --par: ask KONA for test cards of this project.'];
  if (name !== 'success' && outcome.kind === 'answered')
    return [
      `KONA PLATE listed ${par}, the card of the case "${cases[name].title}": it is named now. Give another card.`,
    ];
  return [];
}

function stepsAfter({ outcome, listedAs }: MadeCall, settings: GatewaySettings, readWord: ReadWord): string[] {
  switch (outcome.kind) {
    case 'answered':
      if (listedAs?.as === 'other') return [addWord('konaSuccessMessages', listedAs.word, settings)];
      if (listedAs?.as === 'refusal')
        return [`Ask KONA what returnMessage "${listedAs.word}" means in an answer 200: it is the text of a refusal.`];
      if (listedAs?.as === 'missing')
        return ['Ask KONA why an answer 200/000_000 does not list the card that was sent.'];
      return [];
    case 'refused': {
      if (outcome.meaning === 'credentials_refused') return [configurationStep];
      const { code, description } = outcome;
      const isCase = code === '003_021' || code === '003_050';
      if (!isCase || description === undefined || readWord(description) === 'refusal') return [];
      return [addWord('konaRefusalMessages', description, settings)];
    }
    case 'unknown':
      return [unknownStep(outcome, settings)];
    case 'limited':
      return ['Ask KONA for its rate limit; run kona-check again later. The gateway finds its own pace after a 429.'];
    case 'not_sent':
      return [notSentStep(outcome.reason)];
    case 'found_named':
      return [];
    default:
      return outcome satisfies never;
  }
}

const configurationStep =
  'Compare aspId, accessKey and secretKey with the contract, the base URL with the keys (sandbox, UAT, production), and' +
  ' the clock; ask KONA whether it admits listed addresses only (setting fixedEgressIp).';

function unknownStep(
  { code, reason }: Extract<MadeCall['outcome'], { kind: 'unknown' }>,
  settings: GatewaySettings,
): string {
  if (reason === 'unclear_code' && code !== undefined && !publishedCodes.has(code))
    return addWord('konaRefusalCodes', code, settings);
  const isLost = reason === 'timeout' || reason === 'reset' || reason === 'cut_off';
  return isLost
    ? 'Ask KONA whether the call of this correlation ID took effect: no whole answer came.'
    : `Ask KONA what this answer means (the gateway reads: ${reason}); until then such cards stay open.`;
}

function notSentStep(reason: string): string {
  if (reason.startsWith('dns_')) return `Check the host of --base-url and the DNS of this network (${reason}).`;
  if (reason.startsWith('tls_'))
    return `Check the certificate of the host of --base-url, and any proxy before it (${reason}).`;
  return `Check --base-url and whether this network reaches that host; KONA may admit listed addresses only (${reason}).`;
}

const whenConfirmed: Readonly<Record<WordListSetting, (word: string) => string>> = {
  konaSuccessMessages: (word) => `Ask KONA whether returnMessage "${word}" means success. If it does`,
  konaRefusalMessages: (word) => `KONA's text of this refusal is "${word}". In case a list's answer 200 holds it`,
  konaRefusalCodes: (code) => `Ask KONA what code ${code} means. If it refuses the card for good`,
};

const addWord = (key: WordListSetting, word: string, settings: GatewaySettings): string =>
  `${whenConfirmed[key](word)}, add ${word} to ${key}: ${contextOption(key, [...settings[key], word])}`;

/** Ready to be pasted into a POSIX shell. */
const contextOption = (key: string, value: readonly string[] | string): string => {
  const written = `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  return `-c '${written.replaceAll("'", "'\\''")}'`;
};

function deployOptions(settings: GatewaySettings): string {
  const { konaBaseUrl, konaTimeZone, konaMessageEncryption } = settings;
  const lists = (['konaSuccessMessages', 'konaRefusalMessages', 'konaRefusalCodes'] as const).filter(
    (key) => settings[key].length > 0,
  );
  return [
    contextOption('konaBaseUrl', konaBaseUrl),
    contextOption('konaTimeZone', konaTimeZone),
    ...(konaMessageEncryption ? [contextOption('konaMessageEncryption', 'true')] : []),
    ...lists.map((key) => contextOption(key, settings[key])),
  ].join(' ');
}
