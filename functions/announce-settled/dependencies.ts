import type { AnnounceSettledConfig } from '../../shared/config/environment.ts';
import { createEventBridgeClient } from '../../shared/events/event-bridge-client.ts';
import { createSettledEvents } from '../../shared/events/settled-events.ts';
import { createReadingDeps } from '../dependencies.ts';

/** What is made once per process. Apart from that of the others: EventBridge's client is of use here only. */
export function createAnnouncingDeps(config: AnnounceSettledConfig) {
  const { clock, observability, ledger } = createReadingDeps(config);
  const events = createSettledEvents({ client: createEventBridgeClient(), clock });
  return { clock, observability, notify: observability.notify, ledger, events };
}
