import type { Guard } from './guard.ts';

// What keeps the promises of outages, and of giving up.

export const outageGuards: readonly Guard[] = [
  {
    id: 'turn',
    promise: 'while the circuit is open, calls need a turn',
    without: '',
  },
  {
    id: 'turn-once',
    promise: 'a turn is given to one worker',
    without: '',
  },
  {
    id: 'three-chunks',
    promise: 'a chunk that the platform fails at is no outage: three different ones, each for the first time',
    without: "  if (failures.length >= 1) return opened(state, 'no_answer', at);",
  },
  {
    id: 'answer-since-opening',
    promise: 'an answer to a call from before the opening does not close the circuit',
    without: '  return open !== undefined && sentAt > 0;',
  },
  {
    id: 'open-time',
    promise: 'the time in which the circuit is open counts for no card',
    without: '    if (!isSure) return undefined;',
  },
  {
    id: 'past-openings',
    promise: 'openings that have ended count for no card',
    without: '    return clock();',
  },
  {
    id: 'give-up-time',
    promise: 'a card is given up only after the time that the settings say',
    without: "  if (next.step !== 'wait' || next.until <= now) return unchanged;",
  },
  {
    id: 'give-up-carried',
    promise: 'a card that no call ever carried is not given up',
    without:
      "  const late = [...state.traces, ...state.plan.pool.map((at) => [at, { maybe: '', said: undefined }] as const)].filter(([position]) => !state.results.has(position));",
  },
  {
    id: 'turns-apart',
    promise: 'while the circuit is open calls begin ten seconds apart',
    without: '  return background - background;',
  },
  {
    id: 'limited-list',
    promise: 'a 429 splits no list',
    without: "    case 'limited':\n      return failed(foldUnknown(landed, call, wordsOf(outcome)), call);",
  },
  {
    id: 'own-refusal',
    promise: 'a corporation that is refused while others are answered backs off by itself',
    without: '',
  },
  {
    id: 'refused-time',
    promise: 'the time in which our keys are refused counts for no card',
    without: '    const isConfiguration = isOurs(outcome);',
  },
  {
    id: 'first-failure',
    promise: 'a chunk that fails again does not open the circuit',
    without: '      isFirstFailure: true,',
  },
  {
    id: 'pace',
    promise: 'after a 429 all workers slow down together',
    without: '  const at = Math.max(now, opensAt);',
  },
  {
    id: 'recovery',
    promise: 'what failed before the platform recovered is due then',
    without: '      const mayCall = state.fence === 0 || isDue(state);',
  },
  {
    id: 'pace-of-an-outage',
    promise: 'a 429 slows the pace only if calls were taken since the last pause',
    without: '',
  },
];
