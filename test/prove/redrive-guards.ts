import type { Guard } from './guard.ts';

// What keeps the promises when operators have cards asked for again.

export const redriveGuards: readonly Guard[] = [
  {
    id: 'redrive-time',
    promise: 'the time of a redriven card begins anew',
    without: '    attempts: 0, tried: state.tried,',
  },
  {
    id: 'redrive-statuses',
    promise: 'a redrive reopens the statuses that were asked for, and nothing else',
    without: "  const asked: ReadonlySet<FinalCardStatus> = new Set([...statuses, 'rejected']);",
  },
  {
    id: 'redrive-continued',
    promise: 'the reconciler continues a redrive with the statuses that were asked for',
    without: "    const state = reopened(settled, { ...redriving, statuses: ['unresolved'] }, clock());",
  },
  {
    id: 'redrive-answer',
    promise: 'an operator who meets a redrive of other statuses gets an answer that says so',
    without: "    return 'redriven';",
  },
  {
    id: 'redrive-numbered',
    promise: 'a result says after which redrive it was obtained',
    without: '',
  },
  {
    id: 'redrive-history',
    promise: 'no result after a redrive hides an earlier one in the history of its card',
    without: "      cards.set([par, acceptedAt, requestId, redrive > 0, entry.entry].join(' '), entry);",
  },
  {
    id: 'redrive-marks',
    promise: 'a card that a redrive reopened says so in its history',
    without: '  return [...results, ...traces, ...marks.slice(1)];',
  },
  {
    id: 'redrive-clears',
    promise: 'after a redrive only the latest result of a request clears its calls',
    without:
      '  const judged = byRequest.filter(([, ofRequest]) => newestOf(ofRequest).length > 0 && ofRequest.some(isJudgedNotNamed));',
  },
  {
    id: 'redrive-settled',
    promise: 'only a settled request is redriven',
    without: '',
  },
  {
    id: 'redrive-once',
    promise: 'of two operators at once one begins the redrive',
    without: '',
  },
  {
    id: 'redrive-fence',
    promise: 'a chunk that was reopened or taken since it was read is left',
    without: '',
  },
  {
    id: 'redrive-kept',
    promise: 'the redrives of a request are kept',
    without: '    const earlier = redrives.slice(redrivesKept);',
  },
  {
    id: 'redrive-edition',
    promise: 'the report of a redriven file has its next edition',
    without: '    const edition = upload === undefined ? undefined : upload.edition;',
  },
  {
    id: 'redrive-goes-on',
    promise: 'a redrive whose worker vanished is continued',
    without: '',
  },
  {
    id: 'redrive-entries',
    promise: 'a chunk is reopened only when the entries of its cards are written',
    without: '',
  },
  {
    id: 'redrive-counted-before',
    promise: 'a worker that counted the cards before a redrive does not settle the request after it',
    without: '',
  },
  {
    id: 'redrive-lost-calls',
    promise: 'a reopened chunk keeps the calls that were lost: their late record is proof',
    without: '    lostCalls: [],',
  },
];
