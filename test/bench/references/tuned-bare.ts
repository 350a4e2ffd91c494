import { handler, warmUp } from './bare.ts';

// The same code with all that the gateway does for its own cold start: bundled as its functions are, and the secret and
// the connection to the table fetched while Lambda grants a whole processor. Nothing that also checks can be much faster.

await warmUp();

export { handler };
