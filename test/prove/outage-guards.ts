import { domain, type Guard } from './guard.ts';

// What keeps the promises of outages, and of giving up.

export const outageGuards: readonly Guard[] = [
  {
    name: 'an outage: while the platform is down no chunk is taken but for a probe',
    file: domain('settle'),
    code: 'if (probes && !(mayProbe(chunk.ref, seen) && (await watch.takeProbe(chunk.ref))))',
    without: 'if (probes && mayProbe === mayNotProbe && (await watch.takeProbe(chunk.ref)))',
  },
  {
    name: 'a probe is given to one worker',
    file: 'test/support/memory-platform.ts',
    code: 'if (state.nextProbeAt !== known.nextProbeAt || state.probes !== known.probes) return false;',
    without: '',
  },
  {
    name: 'one card that the platform fails at is no outage: three different chunks in a row',
    file: domain('platform-watch'),
    code: 'failing.size >= failingChunksMin',
    without: 'failingChunksMin > 0',
  },
  {
    name: 'the time in which the platform is down counts for no card',
    file: domain('platform-watch'),
    code: "isSure && state.state === 'up' ? clock() - state.downTotalMs : undefined);",
    without: 'isSure ? clock() - state.downTotalMs : undefined);',
  },
  {
    name: 'outages that have ended count for no card',
    file: domain('platform-watch'),
    code: "isSure && state.state === 'up' ? clock() - state.downTotalMs : undefined);",
    without: "isSure && state.state === 'up' ? clock() : undefined);",
  },
  {
    name: 'a card is given up only after the time that the settings say',
    file: domain('give-up'),
    code: 'if (upTimeMs - triedSince < giveUpAfterMs) return unchanged;',
    without: 'void giveUpAfterMs;',
  },
  {
    name: 'a card that no call ever carried is not given up',
    file: domain('give-up'),
    code: 'const late = [...state.traces].filter(',
    without: "const late = [...state.traces, ...state.plan.pool.map((at) => [at, { maybe: '' }])].filter(",
  },
];
