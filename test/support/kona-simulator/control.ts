import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { cardSetupSchema } from './cards.ts';
import { credentialsSchema } from './credentials.ts';
import { misbehaviourSchema } from './misbehaviour.ts';
import { timesSchema } from './misbehaviour-choice.ts';
import { misbehaviourKinds } from './misbehaviour-kinds.ts';
import { modesChangeSchema } from './modes.ts';
import type { LoggedRequest } from './request-log.ts';
import type { SimulatorControls } from './state.ts';

// The simulator's own interface over HTTP, for the demo and for tests in another process. All JSON:
//
//   GET    /_simulator/cards/{par}         the truth about a card
//   GET    /_simulator/cards               of all that are named
//   PUT    /_simulator/cards               [{ par, state, … }]
//   GET    /_simulator/modes               PATCH: a change of them
//   PUT    /_simulator/credentials         [{ aspId, accessKey, secretKey, active? }]
//   POST   /_simulator/misbehaviours       { misbehaviour, times? }: the next calls
//                                          { misbehaviour, par, times? }: the next with that card; times may be "always"
//   PUT    /_simulator/random              { share, seed, kinds? }, or null
//   PUT    /_simulator/outage              a misbehaviour, or null
//   DELETE /_simulator/misbehaviours       an end to all of these
//   GET    /_simulator/misbehaviour-kinds
//   POST   /_simulator/dark                { forMs }: refuses connections for that long, this interface included
//   GET    /_simulator/requests            ?par= ?correlationId= ?afterSeq=; bodies as text
//   GET    /_simulator/violations
//   GET    /_simulator/counters
//   DELETE /_simulator/state               forgets cards, requests and misbehaviours

type ControlDeps = SimulatorControls & { readonly goDarkFor: (ms: number) => void };

type Route = (call: { readonly body: unknown; readonly url: URL }) => unknown;

const nextSchema = z.strictObject({ misbehaviour: misbehaviourSchema, times: z.int().min(1).optional() });
const pinnedSchema = nextSchema.extend({ par: z.string(), times: timesSchema.optional() });
const share = z.number().min(0).max(1);
const randomSchema = z
  .strictObject({ share, seed: z.number().int(), kinds: z.array(misbehaviourSchema).min(1).optional() })
  .nullable();
const darkSchema = z.strictObject({ forMs: z.number().int().min(1).max(600_000) });

function routesOf(controls: ControlDeps): Readonly<Record<string, Route>> {
  return {
    'GET /cards': () => controls.namedCards(),
    'PUT /cards': ({ body }) => controls.setCards(z.array(cardSetupSchema).parse(body)),
    'GET /modes': () => controls.modes(),
    'PATCH /modes': ({ body }) => controls.setModes(modesChangeSchema.parse(body)),
    'PUT /credentials': ({ body }) => controls.setCredentials(z.array(credentialsSchema).parse(body)),
    'POST /misbehaviours': ({ body }) => {
      const next = z.union([nextSchema, pinnedSchema]).parse(body);
      if ('par' in next) controls.misbehaveOn(next.par, next.misbehaviour, next.times);
      else controls.misbehaveNext(next.misbehaviour, next.times);
    },
    'DELETE /misbehaviours': () => controls.behave(),
    'PUT /random': ({ body }) => controls.misbehaveAtRandom(randomSchema.parse(body) ?? undefined),
    'PUT /outage': ({ body }) => controls.setOutage(misbehaviourSchema.nullable().parse(body) ?? undefined),
    'GET /misbehaviour-kinds': () => misbehaviourKinds,
    'GET /requests': ({ url }) => requestsOf(controls, url.searchParams),
    'GET /violations': () => controls.violations(),
    'GET /counters': () => controls.counters(),
    'DELETE /state': () => controls.forget(),
  };
}

/** What is no such route is 404; what the route does not understand is 400, in words. */
export function createControl(controls: ControlDeps) {
  const routes = routesOf(controls);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://simulator.invalid');
    const path = url.pathname.replace('/_simulator', '');
    const body = await bodyOf(request);
    const card = /^\/cards\/([^/]+)$/.exec(path)?.[1];
    try {
      if (`${request.method} ${path}` === 'POST /dark') {
        const { forMs } = darkSchema.parse(body);
        response.once('finish', () => controls.goDarkFor(forMs));
        return send(response, 200, { forMs });
      }
      if (request.method === 'GET' && card !== undefined) return send(response, 200, controls.card(card));
      const route = routes[`${request.method} ${path}`];
      if (route === undefined) return send(response, 404, { error: `no such control: ${request.method} ${path}` });
      send(response, 200, route({ body, url }) ?? null);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      send(response, 400, { error: z.prettifyError(error) });
    }
  };
}

function requestsOf(controls: ControlDeps, query: URLSearchParams): unknown {
  const [par, correlationId, afterSeq] = ['par', 'correlationId', 'afterSeq'].map((name) => query.get(name));
  return controls
    .requests()
    .filter((entry) => correlationId == null || entry.correlationId === correlationId)
    .filter((entry) => par == null || entry.order?.parList.includes(par))
    .filter((entry) => entry.seq > Number(afterSeq ?? 0))
    .map((entry: LoggedRequest) => ({ ...entry, body: entry.body.toString() }));
}

/** Undefined if there is none, or if it is no JSON: the route's schema then says what it wanted. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  try {
    return await json(request);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}
