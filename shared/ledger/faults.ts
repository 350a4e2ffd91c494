import * as z from 'zod';
import { type Key, shownKey } from './keys.ts';

// What leaves this folder as an error. The SDK's own errors never do: a failed condition brings the old item along, with
// its PARs, and whoever logs an error logs its fields and its cause.

type Origin = { readonly awsErrorName?: string | undefined; readonly awsRequestId?: string | undefined };

/** The store failed, or it holds what it cannot hold. Names the operation and, if AWS said so, its error and request ID. */
export class LedgerFault extends Error {
  override readonly name = 'LedgerFault';
  readonly operation: string;
  readonly awsErrorName: string | undefined;
  readonly awsRequestId: string | undefined;

  constructor(operation: string, what: string, { awsErrorName, awsRequestId }: Origin = {}) {
    super(`${operation}: ${what}`);
    this.operation = operation;
    this.awsErrorName = awsErrorName;
    this.awsRequestId = awsRequestId;
  }
}

/** An item that does not have the shape it must have. Names its key (a PAR masked) and the paths at fault, no value. */
export class LedgerItemFault extends Error {
  override readonly name = 'LedgerItemFault';
  readonly key: string;
  readonly paths: readonly string[];

  constructor(key: Key, issues: readonly z.core.$ZodIssue[]) {
    const paths = issues.map(({ path, code }) => `${path.map(String).join('.')} (${code})`);
    super(`${shownKey(key)} is not as it must be: ${paths.join(', ')}`);
    this.key = shownKey(key);
    this.paths = paths;
  }
}

const sdkErrorSchema = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ requestId: z.string().optional() }).optional().catch(undefined),
});

/** An error of the SDK as our own. Its message stays, for it tells of permissions and limits; what could be a PAR does not. */
export function faultOf(operation: string, error: unknown): LedgerFault {
  const said = sdkErrorSchema.safeParse(error);
  if (!said.success) return new LedgerFault(operation, 'something that is not an error was thrown');
  const { name, message, code, $metadata } = said.data;
  const what = [name, code, masked(message)].filter((word) => word !== undefined && word !== '').join(': ');
  return new LedgerFault(operation, what, { awsErrorName: name, awsRequestId: $metadata?.requestId });
}

const masked = (text: string): string => text.replace(/[0-9A-Z]{27,}/g, '…');
