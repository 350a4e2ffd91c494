import { domain, type Guard } from './guard.ts';

// What keeps the promises when operators redrive requests.

export const redriveGuards: readonly Guard[] = [
  {
    name: 'the time of a redriven card begins anew',
    file: domain('reopened'),
    code: 'attempts: 0,',
    without: 'attempts: 0, triedSince: state.triedSince,',
  },
  {
    name: 'a redrive reopens the statuses that were asked for, and nothing else',
    file: domain('reopened'),
    code: 'redrivableStatuses.filter((status) => statuses.includes(status))',
    without: 'redrivableStatuses.filter((status) => statuses.includes(status) || status === "rejected")',
  },
  {
    name: 'a redrive reopens all that was asked for, also when the reconciler continues it',
    file: domain('reopen-chunks'),
    code: 'const state = reopened(settled, redriving, clock());',
    without: "const state = reopened(settled, { ...redriving, statuses: ['unresolved'] }, clock());",
  },
  {
    name: 'an operator who meets a redrive of other statuses gets an answer that says so',
    file: domain('redrive'),
    code: "return includesAll(redriven, statuses) ? 'redriven' : 'other_statuses';",
    without: "return 'redriven';",
  },
  {
    name: 'a result says after which redrive it was obtained',
    file: domain('stamp-results'),
    code: 'before.results.has(position) ? result : { ...result, redrive }',
    without: 'before.results.has(position) ? result : { ...result, redrive: undefined }',
  },
  {
    name: 'no result after a redrive hides an earlier one in the history of its card',
    file: 'test/support/memory-ledger.ts',
    code: "cards.set([par, acceptedAt, requestId, redrive, entry.entry].join(' '), entry);",
    without: "cards.set([par, acceptedAt, requestId, redrive > 0, entry.entry].join(' '), entry);",
  },
  {
    name: 'a card that a redrive reopened says so in its history',
    file: domain('card-entries'),
    code: 'return [...results, ...traces, ...marks];',
    without: 'return [...results, ...traces, ...marks.slice(1)];',
  },
  {
    name: 'after a redrive only the latest result of a request clears its calls',
    file: domain('named-by'),
    code: 'newestOf(ofRequest).every(isJudgedNotNamed)',
    without: 'newestOf(ofRequest).length > 0 && ofRequest.some(isJudgedNotNamed)',
  },
  {
    name: 'only a settled request is redriven',
    file: domain('redrive'),
    code: "if (request.status !== 'settled' && !(await settleIfComplete(requestId))) return 'not_settled';",
    without: '',
  },
  {
    name: 'of two operators at once one begins the redrive',
    file: 'test/support/memory-redrives.ts',
    code: "if (request.status !== 'settled' || redriven !== number - 1) return 'stands';",
    without: '',
  },
  {
    name: 'the fence of a redrive: a chunk that was reopened or taken since it was read is left',
    file: 'test/support/memory-redrives.ts',
    code: "if (row.state.stage === 'open' || row.state.fence !== state.fence - 1) return 'stands';",
    without: '',
  },
  {
    name: 'who redrove a request, and when, is kept',
    file: domain('redrive'),
    code: 'const earlier = redrives.slice(1 - redrivesKept);',
    without: 'const earlier = redrives.slice(redrivesKept);',
  },
  {
    name: "a redriven file's report has its next edition",
    file: domain('redrive'),
    code: 'const edition = upload === undefined ? undefined : upload.edition + 1;',
    without: 'const edition = upload === undefined ? undefined : upload.edition;',
  },
  {
    name: 'a redrive whose worker vanished is gone on with',
    file: domain('reconcile'),
    code: "if (request?.redriving !== undefined && !(await reopenChunks(request, deadline))) return 'requestsPostponed';",
    without: '',
  },
  {
    name: 'a chunk is reopened only when the items of its cards are written',
    file: domain('reopen-chunks'),
    code: 'await ledger.writeCards(entriesOfReopening(chunk, settled, state));',
    without: '',
  },
  {
    name: 'who counted the cards before a redrive does not settle the request after it',
    file: 'test/support/memory-ledger.ts',
    code: 'if ((row.request.redriven ?? 0) > redriven) return;',
    without: '',
  },
];
