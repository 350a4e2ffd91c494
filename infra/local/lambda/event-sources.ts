import type { Authority } from '../aws/iam/authority.ts';
import type { EventSourceSpec } from '../template/event-sources.ts';
import { type EventSourceDeps, startEventSource } from './event-source.ts';

export type EventSources = 'off' | 'as_in_template';

const needed = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * Lambda polls in the name of the function's role, so that has to allow it, `off` or not.
 * @returns what stops all of them. @throws Error, as AWS refuses to create the mapping, if a role does not allow it.
 */
export function startEventSources(
  specs: readonly EventSourceSpec[],
  { authority, eventSources, ...deps }: EventSourceDeps & { authority: Authority; eventSources: EventSources },
): () => void {
  for (const { function: worker, queue } of specs)
    for (const action of needed)
      if (!authority.authorize(authority.inRoleOf(worker), action, queue.arn).allowed)
        throw new Error(
          `${worker.localName}: The function's execution role does not have permissions to call ${action} on ${queue.arn}.`,
        );
  if (eventSources === 'off') return () => {};
  const stops = specs.map((spec) => startEventSource(spec, deps));
  return () => {
    for (const stop of stops) stop();
  };
}
