import * as z from 'zod';
import { createFaultRules, type FaultRules, type StrikingFaults } from '../fault-rules.ts';

// What may befall the event of an upload: S3 promises no more than that it is told at least once, mostly.

const faultSchema = z.strictObject({
  kind: z.enum([
    'twice',
    'lost',
    /** As from a bucket without versioning. */
    'without_version',
  ]),
});
type EventFault = z.output<typeof faultSchema>;
/** The operation of a rule is the event's name, such as `ObjectCreated:Put`; whose upload it was it does not tell. */
export type EventFaultControls = FaultRules<EventFault>;
export type EventFaults = StrikingFaults<EventFault, EventFault>;

/** Beside the door's own. */
export const eventFaultsPath = '/_faults/events';

export const createEventFaults = (): EventFaults => createFaultRules(faultSchema, () => true);
