import type { Guard } from './guard.ts';

// What keeps the promises when operators redrive requests.

export const redriveGuards: readonly Guard[] = [];
