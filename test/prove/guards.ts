import type { Guard } from './guard.ts';
import { outageGuards } from './outage-guards.ts';
import { redriveGuards } from './redrive-guards.ts';
import { settlingGuards } from './settling-guards.ts';

// `npm run prove -- --guards` takes out one guard after the other, in a copy, and each time the search must find a promise
// broken. A guard whose removal nobody notices is either no guard or not searched for.

export const guards: readonly Guard[] = [...settlingGuards, ...outageGuards, ...redriveGuards];
