import * as z from 'zod';

const batchSchema = z.looseObject({ RequestItems: z.record(z.string(), z.array(z.unknown())) });
const answerSchema = z.looseObject({ UnprocessedItems: z.record(z.string(), z.array(z.unknown())).default({}) });

/** Cuts a BatchWriteItem after `taken` writes. `asked` is undefined if nothing is left to ask for. */
export function cutBatch(body: Buffer, taken: number): { asked: Buffer | undefined; left: (answer: Buffer) => Buffer } {
  const { RequestItems, ...rest } = batchSchema.parse(JSON.parse(body.toString('utf8')));
  const writes = Object.entries(RequestItems).flatMap(([table, items]) => items.map((item) => ({ table, item })));
  const first = writes.slice(0, taken);
  const asked = first.length === 0 ? undefined : Buffer.from(JSON.stringify({ ...rest, RequestItems: byTable(first) }));
  return {
    asked,
    left: (answer) => {
      const { UnprocessedItems, ...told } = answerSchema.parse(JSON.parse(answer.toString('utf8')));
      const before = Object.entries(UnprocessedItems).flatMap(([table, items]) =>
        items.map((item) => ({ table, item })),
      );
      return Buffer.from(JSON.stringify({ ...told, UnprocessedItems: byTable([...before, ...writes.slice(taken)]) }));
    },
  };
}

type Write = { readonly table: string; readonly item: unknown };

function byTable(writes: readonly Write[]): Record<string, unknown[]> {
  const tables: Record<string, unknown[]> = {};
  for (const { table, item } of writes) {
    tables[table] ??= [];
    tables[table].push(item);
  }
  return tables;
}
