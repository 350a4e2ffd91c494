/** What is wrong with one setting or variable. Never holds the value: it may be a secret that was put in the wrong place. */
export type ConfigFault = { readonly key: string; readonly detail: string };

/** Thrown at start, with every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly ConfigFault[];

  constructor(headline: string, faults: readonly ConfigFault[]) {
    super([headline, ...faults.map(({ key, detail }) => `  ${key}: ${detail}`)].join('\n'));
    this.faults = faults;
  }
}
