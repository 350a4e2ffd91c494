import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Span = { readonly command: string; readonly from: number; to: number };

/** From now on, which commands the client sends one after the other: those that overlap in time are one round trip. */
export function watchRoundTrips(client: DynamoDBDocumentClient): () => string[] {
  const spans: Span[] = [];
  let tick = 0;
  const now = (): number => {
    tick += 1;
    return tick;
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const span: Span = { command: context.commandName ?? '', from: now(), to: Number.POSITIVE_INFINITY };
      spans.push(span);
      try {
        return await next(args);
      } finally {
        span.to = now();
      }
    },
    { step: 'initialize', name: 'watchRoundTrips' },
  );
  return () => {
    const trips: { commands: Set<string>; to: number }[] = [];
    for (const { command, from, to } of spans) {
      const last = trips.at(-1);
      if (last === undefined || from > last.to) trips.push({ commands: new Set([command]), to });
      else {
        last.commands.add(command);
        last.to = Math.max(last.to, to);
      }
    }
    return trips.map(({ commands }) => [...commands].join(' + '));
  };
}
