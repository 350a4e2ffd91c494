// Everything that is ever logged: a stable code to search and alarm by, a sentence, a level. `error` is for what a
// person must look at; what the gateway deals with by itself is at most a `warn`.

export const logEvents = {
  order_answered: { level: 'info', sentence: 'An order was accepted, or repeated, and answered.' },
  api_answered: { level: 'info', sentence: 'An HTTP request was answered.' },
  api_failed: { level: 'error', sentence: 'An HTTP request was answered 500 because of a fault that nobody expected.' },
  ledger_unavailable: {
    level: 'error',
    sentence: 'An HTTP request was answered 503: the ledger could not be reached.',
  },
  named_by_unread: { level: 'warn', sentence: 'An order was answered without telling whose naming it was.' },
  call_answered: { level: 'info', sentence: 'KONA PLATE answered a call.' },
  call_unknown: {
    level: 'warn',
    sentence: 'A call ended with nobody knowing whether it took effect; asked again later.',
  },
  call_not_sent: { level: 'warn', sentence: 'A call could not be sent; tried again later.' },
  platform_breach: { level: 'error', sentence: 'An answer of KONA PLATE does not hold to its contract.' },
  credentials_refused: {
    level: 'error',
    sentence: 'KONA PLATE refuses our keys. Orders stay open until the secret holds keys that it takes.',
  },
  unclear_code: {
    level: 'warn',
    sentence:
      'KONA PLATE refused a call with a code that is not published. Its cards stay open; if KONA confirms that the code refuses a card, add it to the setting konaRefusalCodes.',
  },
  corporation_refused: {
    level: 'error',
    sentence: 'KONA PLATE refuses the calls for one corporation while it answers others. Its chunks back off together.',
  },
  inquiry_failed: {
    level: 'warn',
    sentence: 'Whether a card is named could not be inquired about; it is asked for as without an inquiry.',
  },
  platform_down: {
    level: 'error',
    sentence:
      'The circuit is open: KONA PLATE does not answer, or refuses our keys. All work waits; one call at a time tries whether it answers again.',
  },
  platform_up: { level: 'info', sentence: 'KONA PLATE answers again. What waited is due.' },
  platform_unread: {
    level: 'warn',
    sentence: 'What is noted of KONA PLATE could not be read or written; work goes on as if nothing were noted.',
  },
  unknown_return_message: {
    level: 'error',
    sentence: 'KONA PLATE lists a card with a word that the setting konaSuccessMessages does not hold.',
  },
  fenced_off: { level: 'warn', sentence: 'A worker came too late: another has its chunk.' },
  chunk_parked: { level: 'info', sentence: 'A chunk was put down with cards still open.' },
  given_up: {
    level: 'error',
    sentence: 'Cards were given up: nobody knows whether they are named, and they are not asked for any more.',
  },
  chunk_settled: { level: 'info', sentence: 'Every card of a chunk is final.' },
  request_settled: { level: 'info', sentence: 'Every card of a request is final.' },
  settled_announced: { level: 'info', sentence: 'The event that a request is settled was sent.' },
  upload_received: { level: 'info', sentence: 'A file was received.' },
  upload_ingested: { level: 'info', sentence: 'A file was read to its end, and its cards stand in the ledger.' },
  upload_refused: { level: 'error', sentence: 'A file cannot be read.' },
  bell_failed: { level: 'warn', sentence: 'A message could not be sent; what it was for falls due all the same.' },
  report_written: { level: 'info', sentence: 'The report of a file was written.' },
  report_put_off: {
    level: 'warn',
    sentence: 'A report did not fit into one run. What was found out is kept; the reconciler rings for it again.',
  },
  naming_contested: {
    level: 'error',
    sentence: 'Cards of a request are named already, and not or not surely for the corporation that asked.',
  },
  redriven: { level: 'info', sentence: 'An operator reopened the cards of a request that had one of these statuses.' },
  work_interrupted: { level: 'error', sentence: 'The ledger failed under a worker. The work falls due again.' },
  work_gone: {
    level: 'warn',
    sentence: 'A chunk or a request that was due has expired: nothing is done for it any more.',
  },
  reconciled: { level: 'info', sentence: 'A run of the reconciler ended.' },
  run_failed: { level: 'error', sentence: 'A run was ended by a fault that nobody expected.' },
  message_unreadable: {
    level: 'error',
    sentence: 'A message is not of the kind that its queue carries; it goes to the dead letters.',
  },
  message_failed: { level: 'error', sentence: 'A message was not dealt with because of a fault; it comes again.' },
  secret_stale: { level: 'warn', sentence: 'The secret could not be read anew; an older one is used.' },
  secret_unreadable: {
    level: 'error',
    sentence: 'The secret cannot be read, and none is at hand: no call can be made.',
  },
} as const satisfies Record<string, { level: 'info' | 'warn' | 'error'; sentence: string }>;

export type LogEventName = keyof typeof logEvents;
