/** Hears what a part of the simulated world has just played, as `ledger: answer lost`. */
export type OnFault = (fault: string) => void;
