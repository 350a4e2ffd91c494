import { inspect, isDeepStrictEqual } from 'node:util';
import { addCounts, countResults, noCounts, sumCounts } from '../../shared/limit-increase/counts.ts';
import { namedBy } from '../../shared/limit-increase/named-by.ts';
import type { Notice } from '../../shared/limit-increase/notice.ts';
import type { Order } from '../../shared/limit-increase/order.ts';
import type { CallRecord, CardEntry, LedgerReads, StoredChunk } from '../../shared/limit-increase/ports.ts';
import type { ChunkRef } from '../../shared/limit-increase/terms.ts';
import type { CardTruth } from '../support/kona-simulator/cards.ts';
import { simulatedCredentials } from '../support/kona-simulator/credentials.ts';
import type { KonaSimulator } from '../support/kona-simulator/server.ts';
import type { Vigil } from './vigil.ts';
import { leaseMsMin } from './world.ts';

// The promises, held against the ledger, the simulator's log and its own truth about every card. Each check answers what
// it found wrong, in words.

export type Placed = { readonly requestId: string; readonly order: Order };

type World = {
  readonly ledger: LedgerReads;
  readonly notices: readonly Notice[];
  readonly vigil: Pick<Vigil, 'violations'>;
};
type Oracle = Pick<KonaSimulator, 'quiet' | 'requests' | 'violations' | 'card'>;

export type Evidence = { readonly world: World; readonly simulator: Oracle; readonly placed: readonly Placed[] };

/** What holds at any moment, after any crash. */
export async function brokenPromises(evidence: Evidence): Promise<string[]> {
  const { world, simulator } = evidence;
  await simulator.quiet();
  const perOrder = await Promise.all(evidence.placed.map((placed) => brokenForOrder(evidence, placed)));
  return [
    ...world.vigil.violations,
    ...simulator.violations().map(({ violation, detail }) => `the platform saw ${violation}: ${detail}`),
    ...badSignatures(evidence),
    ...leaks(evidence),
    ...(await unjournalledCalls(evidence)),
    ...(await overlappingCalls(evidence)),
    ...perOrder.flat(),
  ];
}

// Signed bytes are sent bytes: a key may be discarded, but what is signed with it fits.
const badSignatures = ({ simulator }: Evidence): string[] =>
  simulator
    .requests()
    .filter(({ answered, played }) => answered?.code === '900_002' && played === undefined)
    .map(({ correlationId }) => `the signature of ${correlationId} is not that of its bytes`);

// What the outside is told names calls and chunks, never a whole card or a secret.
function leaks({ world }: Evidence): string[] {
  const told = inspect(world.notices, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity });
  const secrets = [simulatedCredentials.secretKey, simulatedCredentials.accessKey, 'KMV1:'];
  const leaked = secrets.filter((secret) => told.includes(secret));
  return [...leaked, ...(told.match(/Q1[0-9A-Z]{25}/g) ?? [])].map((what) => `${what} is told to the outside`);
}

// Intent before effect: for every request that the platform received there is a call item.
async function unjournalledCalls({ world, simulator }: Evidence): Promise<string[]> {
  const records = await Promise.all(
    simulator
      .requests()
      .map(async ({ correlationId }) => ({ correlationId, record: await world.ledger.readCall(correlationId) })),
  );
  return records
    .filter(({ record }) => record === undefined)
    .map(({ correlationId }) => `no call item for ${correlationId}`);
}

// Two calls for one chunk overlap only if the lease of the earlier one's session, which is no shorter than this, had expired.
async function overlappingCalls({ world, simulator }: Evidence): Promise<string[]> {
  const overlaps = simulator
    .requests()
    .flatMap(({ correlationId, overlapping }) =>
      overlapping
        .filter(({ sharedPars }) => sharedPars.length > 0)
        .map((earlier) => [earlier.correlationId, correlationId] as const),
    );
  const broken: string[] = [];
  for (const [first, second] of overlaps) {
    const [earlier, later] = await Promise.all([world.ledger.readCall(first), world.ledger.readCall(second)]);
    if (earlier === undefined || later === undefined || !isDeepStrictEqual(earlier.chunk, later.chunk)) continue;
    if (later.startedAt - earlier.startedAt <= leaseMsMin) broken.push(`calls ${first} and ${second} overlap`);
  }
  return broken;
}

async function brokenForOrder({ world, simulator }: Evidence, { requestId, order }: Placed): Promise<string[]> {
  const found = await world.ledger.readRequest(requestId);
  if (found === undefined) return [`request ${requestId} is lost`];
  const refs = Array.from({ length: found.request.chunksTotal }, (_, index) => ({ requestId, chunkNumber: index + 1 }));
  const chunks = (await Promise.all(refs.map((ref) => world.ledger.readChunk(ref)))).filter(
    (chunk) => chunk !== undefined,
  );
  const cards = chunks.flatMap(({ chunk }) => chunk.pars);
  const broken: string[] = [];
  if (!isDeepStrictEqual([...cards].sort(), [...order.parList].sort()))
    broken.push(`${requestId} holds other cards than ordered`);
  const recount = chunks.reduce((sum, { state }) => addCounts(sum, countResults(state.results.values())), noCounts);
  const parked = chunks.every(({ state }) => state.leaseUntil === undefined);
  if (parked && !isDeepStrictEqual(recount, found.counts)) broken.push(`${requestId}: the tally is not the recount`);
  if (found.request.status === 'settled' && sumCounts(recount) !== cards.length)
    broken.push(`${requestId} is settled with open cards`);
  for (const stored of chunks) broken.push(...(await brokenForChunk(world, simulator, stored)));
  return broken;
}

async function brokenForChunk(world: World, simulator: Oracle, { chunk, state }: StoredChunk): Promise<string[]> {
  const broken: string[] = [];
  for (const [position, result] of state.results) {
    const par = chunk.pars[position];
    if (par === undefined) return [`a result at ${position}, where no card is`];
    const truth = simulator.card(par);
    const where = `${chunk.ref.requestId}/${position} (${result.status})`;
    const ours = truth.state === 'named' && truth.namedFor.bizLicenseNo === chunk.corporation.bizLicenseNo;
    if (result.status === 'named' && !ours) broken.push(`${where}: not named for its corporation`);
    if (result.status === 'already_named' && truth.state !== 'named') broken.push(`${where}: not named at all`);
    if ((result.status === 'not_found' || result.status === 'rejected') && truth.state === 'named')
      broken.push(`${where}: it is named`);
    const record = await world.ledger.readCall(result.correlationId ?? '');
    if (!belongs(record, chunk.ref, position)) broken.push(`${where}: its call does not lead back to it`);
    const history = await world.ledger.readCardHistory(par);
    if (isHeldNow({ chunk, state })) continue;
    const by = await namingChunk(world, truth);
    const byGateway = by !== undefined && !isHeldNow(await world.ledger.readChunk(by));
    const judged = { ...result, ours, byThisRequest: by?.requestId === chunk.ref.requestId, byGateway };
    const wrong = brokenHistory(history, chunk.ref.requestId, judged);
    broken.push(...wrong.map((what) => `${where}: ${what}`));
  }
  return broken;
}

const belongs = (record: CallRecord | undefined, ref: ChunkRef, position: number): boolean =>
  record !== undefined && isDeepStrictEqual(record.chunk, ref) && record.positions.includes(position);

/** Whose call named the card. */
async function namingChunk(world: World, truth: CardTruth): Promise<ChunkRef | undefined> {
  if (truth.state !== 'named' || truth.namedFor.correlationId === undefined) return undefined;
  return (await world.ledger.readCall(truth.namedFor.correlationId))?.chunk;
}

// A chunk is let go, and is done, only with the items of its cards written: before that nobody else can know of its calls.
const isHeldNow = (stored: StoredChunk | undefined): boolean =>
  stored?.state.leaseUntil !== undefined || stored?.state.stage === 'settled';

type Judged = {
  readonly status: string;
  readonly redrive?: number | undefined;
  /** The card is truly named for the corporation of the request. */
  readonly ours: boolean;
  /** By a call of the request; by any call of this gateway. */
  readonly byThisRequest: boolean;
  readonly byGateway: boolean;
};

function brokenHistory(history: readonly CardEntry[], requestId: string, judged: Judged): string[] {
  const entry = history.find((one) => one.entry === 'result' && one.requestId === requestId);
  if (entry?.entry !== 'result') return ['its card item is missing'];
  if (entry.status !== judged.status) return [`its card item says ${entry.status}`];
  if (entry.redrive !== judged.redrive) return [`its newest card item is of redrive ${entry.redrive}`];
  if (entry.status !== 'already_named') return [];
  const whose = namedBy(history, entry);
  if (whose === 'this_corporation' && !judged.ours) return ["said to be this corporation's, and is not"];
  if (whose === 'other_corporation' && judged.ours) return ["said to be another corporation's, and is this one's"];
  if (whose === 'elsewhere' && judged.byGateway) return ['named by a call of this gateway, and said to be elsewhere'];
  if (whose === 'other_corporation' && judged.byThisRequest)
    return ["named by a call of this very request, and said to be another's"];
  return [];
}
