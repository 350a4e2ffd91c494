import { domain, type Guard } from './guard.ts';

// What keeps the promises when operators have cards asked for again.

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
