import type { Guard } from './guard.ts';

// What keeps the promises when operators have cards asked for again.

export const redriveGuards: readonly Guard[] = [];
