import * as z from 'zod';

// The truth about every card: the oracle that tests hold the gateway's ledger against. Nothing but a call that takes
// effect, or a test that sets a card up, ever changes it.
//
// A PAR that nobody set up is what the modes say. Its ending may decide otherwise, for people who just try things:
//   …DEAD  KONA PLATE does not know it (003_021);
//   …BEEF  it has been named for somebody else long ago (003_050);
//   …FADE  a good card, but the call that names it is never answered.

const corporationNumbers = { bizLicenseNo: z.string(), registrationNumber: z.string() };

export const cardSetupSchema = z.discriminatedUnion('state', [
  z.strictObject({ par: z.string(), state: z.literal('known') }),
  z.strictObject({ par: z.string(), state: z.literal('unknown') }),
  z.strictObject({ par: z.string(), state: z.literal('terminated') }),
  /** Refused with any other code, for good. */
  z.strictObject({ par: z.string(), state: z.literal('refused'), code: z.string(), description: z.string() }),
  z.strictObject({ par: z.string(), state: z.literal('named'), ...corporationNumbers }),
]);
export type CardSetup = z.infer<typeof cardSetupSchema>;

export type CorporationNumbers = { readonly bizLicenseNo: string; readonly registrationNumber: string };

/** How a card came to its name; without a correlation ID it was set up so. */
export type Naming = CorporationNumbers & {
  readonly correlationId?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly namedAt: number;
};

export type CardTruth = { readonly par: string } & (
  | { readonly state: 'known' }
  | { readonly state: 'unknown' }
  | { readonly state: 'terminated' }
  | { readonly state: 'refused'; readonly code: string; readonly description: string }
  | { readonly state: 'named'; readonly namedFor: Naming }
);

export type CardRules = { readonly cards: 'known' | 'unknown'; readonly trialPars: boolean };

const somebodyElse: Naming = { bizLicenseNo: '9999999999', registrationNumber: '9999999999999', namedAt: 0 };

export type Cards = ReturnType<typeof createCards>;

/** `rules` is asked anew for every card that nobody set up. */
export function createCards(rules: () => CardRules) {
  const set = new Map<string, CardTruth>();

  const unset = (par: string): CardTruth => {
    const { cards, trialPars } = rules();
    if (trialPars && par.endsWith('DEAD')) return { par, state: 'unknown' };
    if (trialPars && par.endsWith('BEEF')) return { par, state: 'named', namedFor: somebodyElse };
    if (trialPars && par.endsWith('FADE')) return { par, state: 'known' };
    return { par, state: cards };
  };

  return {
    read: (par: string): CardTruth => set.get(par) ?? unset(par),
    setUp(card: CardSetup, at: number): void {
      if (card.state !== 'named') {
        set.set(card.par, card);
        return;
      }
      const { par, bizLicenseNo, registrationNumber } = card;
      set.set(par, { par, state: 'named', namedFor: { bizLicenseNo, registrationNumber, namedAt: at } });
    },
    name(pars: readonly string[], naming: Naming): void {
      for (const par of pars) set.set(par, { par, state: 'named', namedFor: naming });
    },
    /** Of all cards that were set up or named. */
    named: (): readonly CardTruth[] => [...set.values()].filter(({ state }) => state === 'named'),
    /** Good, never set up, and its ending asks that the call that names it gets no answer. */
    fades: (par: string): boolean => rules().trialPars && par.endsWith('FADE') && !set.has(par),
    clear: (): void => set.clear(),
  };
}
