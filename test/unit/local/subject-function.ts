/** A function that does what its event tells it: `do` is one of the branches below. */
export const subjectCode = `
let count = 0;
const startedAt = Date.now();
export const handler = async (event, context) => {
  count += 1;
  const told = typeof event.body === 'string' ? JSON.parse(event.body) : event;
  switch (told.do) {
    case 'throw': throw new RangeError('as told');
    case 'exit': process.exit(3);
    case 'crash': setImmediate(() => { throw new Error('outside of the handler'); }); return new Promise(() => {});
    case 'hang': return new Promise(() => setInterval(() => {}, 1000));
    case 'gate': await fetch(told.url, { method: 'POST', body: JSON.stringify(event) }); break;
    case 'print': console.log('printed', told.text); break;
    case 'flood': return 'x'.repeat(7 * 1024 * 1024);
    case 'answer': return told.answer;
  }
  return {
    count, pid: process.pid, event,
    environment: process.env,
    remaining: context.getRemainingTimeInMillis(),
    context: { ...context },
    node: process.version,
  };
};
`;
