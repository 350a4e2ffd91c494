import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { readBody } from '../process/read-body.ts';
import { answerFaultControl, faultControlPath } from './fault-control.ts';
import { createFaultRules, type FaultRules } from './fault-rules.ts';
import type { Authority } from './iam/authority.ts';

const requestSchema = z.strictObject({
  Entries: z
    .array(
      z.strictObject({
        Source: z.string().min(1),
        DetailType: z.string().min(1),
        Detail: z.string(),
        Time: z.number().optional(),
        Resources: z.array(z.string()).optional(),
        EventBusName: z.string().default('default'),
      }),
    )
    .min(1)
    .max(10),
});

const faultSchema = z.discriminatedUnion('kind', [
  /** Refused before it had any effect. */
  z.strictObject({ kind: z.literal('unavailable') }),
  /** 200, and no event was taken. */
  z.strictObject({ kind: z.literal('refused_entries') }),
  /** It takes effect, and the caller gets no answer. */
  z.strictObject({ kind: z.literal('lost_acknowledgement') }),
]);

export type EventBusFaultControls = FaultRules<z.input<typeof faultSchema>>;

/** As a rule's target would get it. */
export type BusEvent = {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  /** RFC 3339. */
  readonly time: string;
  readonly account: string;
  readonly region: string;
  readonly detail: unknown;
};

export type EventBus = {
  /** Answers PutEvents. */
  readonly door: (request: IncomingMessage, response: ServerResponse) => void;
  /** Oldest first. */
  readonly events: () => readonly BusEvent[];
  readonly faults: EventBusFaultControls;
};

export type EventBusDeps = {
  readonly authority: Authority;
  readonly account: string;
  readonly region: string;
  readonly now: () => number;
  /** Hears of each event that was taken. */
  readonly taken: (event: BusEvent) => void;
};

/** EventBridge's default bus, as far as the functions use it. It has no rules: what it took is kept. */
export function createEventBus({ authority, account, region, now, taken }: EventBusDeps): EventBus {
  const events: BusEvent[] = [];
  const faults = createFaultRules(faultSchema, () => true);
  const busArn = (name: string) =>
    name.startsWith('arn:') ? name : `arn:aws:events:${region}:${account}:event-bus/${name}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    const refuse = (type: string, message: string, status = 400) => send(status, { __type: type, message });
    const body = await readBody(request, 1024 * 1024);
    if (request.url === faultControlPath) return answerFaultControl(faults, request, body, response);
    if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents' || body === 'too_large')
      return void refuse('UnknownOperationException', 'The local cloud knows PutEvents only.');
    const principal = authority.identify('events', request, body);
    if (principal === 'forged')
      return void refuse('InvalidSignatureException', 'The request signature we calculated does not match yours.');
    const asked = requestSchema.safeParse(JSON.parse(body.toString('utf8')));
    if (!asked.success) return void refuse('ValidationException', z.prettifyError(asked.error));
    if (principal !== 'outsider')
      for (const { EventBusName } of asked.data.Entries) {
        const decision = authority.authorize(principal, 'events:PutEvents', busArn(EventBusName));
        if (!decision.allowed) return void refuse('AccessDeniedException', decision.message);
      }
    const caller = principal === 'outsider' ? undefined : principal.name;
    const fault = faults.strike({ operation: 'PutEvents', caller });
    if (fault?.kind === 'unavailable') return void refuse('InternalException', 'Try again later.', 500);
    const entries = asked.data.Entries.map((entry) => (fault?.kind === 'refused_entries' ? refused : take(entry)));
    if (fault?.kind === 'lost_acknowledgement') return void response.socket?.resetAndDestroy();
    send(200, { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: entries });
  }

  function take({ Source, DetailType, Detail, Time }: z.output<typeof requestSchema>['Entries'][number]) {
    let detail: unknown;
    try {
      detail = z.record(z.string(), z.unknown()).parse(JSON.parse(Detail));
    } catch {
      return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    const time = new Date(Time === undefined ? now() : Time * 1_000).toISOString();
    const event = { id: randomUUID(), source: Source, 'detail-type': DetailType, time, account, region, detail };
    events.push(event);
    taken(event);
    return { EventId: event.id };
  }

  return {
    door: (request, response) => {
      answer(request, response).catch((error) => response.destroy(error));
    },
    events: () => events,
    faults,
  };
}

const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
