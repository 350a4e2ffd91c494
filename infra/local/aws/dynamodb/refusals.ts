import type { BackendAnswer } from '../backend.ts';

// Errors in the form in which DynamoDB gives them, so that the SDK makes its own classes of them.

const dynamodb = 'com.amazonaws.dynamodb.v20120810';
const coral = 'com.amazon.coral';

export const jsonHeaders = { 'content-type': 'application/x-amz-json-1.0' };

const answer = (status: number, type: string, message: string, more: object = {}): BackendAnswer => ({
  status,
  headers: jsonHeaders,
  body: Buffer.from(JSON.stringify({ __type: type, message, ...more })),
});

/** Here AWS writes Message with a capital. */
export const accessDenied = (message: string) =>
  answer(400, `${coral}.service#AccessDeniedException`, message, { message: undefined, Message: message });

export const badSignature = () =>
  answer(
    400,
    `${coral}.service#InvalidSignatureException`,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );

export const unknownOperation = (operation: string) =>
  answer(
    400,
    `${coral}.service#UnknownOperationException`,
    `The local cloud does not know which rights ${operation} needs.`,
  );

export const tooLarge = () => answer(413, `${coral}.service#RequestTooLargeException`, 'Request body too large');

export const malformed = () =>
  answer(400, `${coral}.service#SerializationException`, 'The body does not have the shape of the operation.');

export const throttled = (error: 'ProvisionedThroughputExceededException' | 'ThrottlingException') =>
  error === 'ThrottlingException'
    ? answer(400, `${coral}.availability#${error}`, 'Throughput exceeds the current capacity of your table or index.')
    : answer(400, `${dynamodb}#${error}`, 'The level of configured provisioned throughput for the table was exceeded.');

export const serverError = () => answer(500, `${dynamodb}#InternalServerError`, 'Internal server error');

/** `items`: how many a transaction has; absent for a single write. */
export function conflict(items: number | undefined): BackendAnswer {
  const type = items === undefined ? 'TransactionConflictException' : 'TransactionCanceledException';
  const Message = 'Transaction is ongoing for the item';
  if (items === undefined) return answer(400, `${dynamodb}#${type}`, Message);
  const reasons = [
    { Code: 'TransactionConflict', Message },
    ...Array.from({ length: items - 1 }, () => ({ Code: 'None' })),
  ];
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return { ...answer(400, `${dynamodb}#${type}`, message, { CancellationReasons: reasons }) };
}
