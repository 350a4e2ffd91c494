import { checkDigitWarnings } from '../../shared/uploads/check-digits.ts';
import type { Check } from './command-line.ts';
import { KonaCheckError } from './kona-check-error.ts';
import { type Mask, printable } from './mask.ts';

/** Asks the operator; undefined: there is no terminal. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** What is about to happen, before anything is sent. */
export function warningLines({ settings, corporation, par, unknownPar, namedPar }: Check, mask: Mask): string[] {
  const url = new URL(settings.konaBaseUrl);
  const { corporationName, bizLicenseNo, registrationNumber, affiliateId } = corporation;
  const looksLikeTest = /sandbox|uat|dev|test|stag|localhost|^127\./i.test(url.hostname);
  const row = (label: string, value: string) => `  ${label.padEnd(14)} ${printable(mask(value))}`;
  const numbers = `bizLicenseNo ${bizLicenseNo}, registrationNumber ${registrationNumber}`;
  return [
    'WARNING: kona-check names a card. It cannot be undone: the balance limit of the card rises for good.',
    '',
    row('platform', settings.konaBaseUrl),
    ...(looksLikeTest ? [] : [row('', 'this host may be production: its name holds neither sandbox, uat nor test')]),
    row('corporation', `${corporationName}, ${numbers}${affiliateId ? `, affiliateId ${affiliateId}` : ''}`),
    ...checkDigitWarnings(corporation).map((warning) => row('', warning)),
    row('success', `${par} is named for this corporation`),
    ...(unknownPar ? [row('par not found', `${unknownPar}; if KONA PLATE knows this card, the call names it`)] : []),
    row('already named', namedPar ? `${namedPar}; if it is not named yet, the call names it` : `${par}, sent again`),
    '',
  ];
}

/** @throws KonaCheckError unless the operator typed what was asked for, or gave `--yes`. */
export async function assertConfirmed({ par, isConfirmed }: Check, ask: Ask): Promise<void> {
  if (isConfirmed) return;
  if (ask === undefined)
    throw new KonaCheckError([
      'There is no terminal to confirm at: run it in one, or add --yes if a script may name the card.',
    ]);
  const typed = await ask('Type the last four characters of --par to name this card: ');
  if (typed.trim().toUpperCase() !== par.slice(-4))
    throw new KonaCheckError(['Not confirmed: what was typed is not the last four characters of --par.']);
}
