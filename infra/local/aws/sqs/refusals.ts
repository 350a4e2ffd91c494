import type { BackendAnswer } from '../backend.ts';

// Errors in the form in which SQS gives them since it speaks JSON. The header has the name from the time before, which
// SDKs and the AWS CLI show.

export const jsonHeaders = { 'content-type': 'application/x-amz-json-1.0' };

function answer(status: number, type: string, message: string, olderName: string): BackendAnswer {
  return {
    status,
    headers: { ...jsonHeaders, 'x-amzn-query-error': `${olderName};Sender` },
    body: Buffer.from(JSON.stringify({ __type: type, message })),
  };
}

const coral = 'com.amazon.coral.service';

export const accessDenied = (message: string) =>
  answer(403, `${coral}#AccessDeniedException`, message, 'AccessDeniedException');

export const badSignature = () =>
  answer(
    403,
    `${coral}#InvalidSignatureException`,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    'InvalidSignatureException',
  );

export const unknownOperation = (operation: string) =>
  answer(400, `${coral}#UnknownOperationException`, `The local cloud does not have ${operation}.`, 'InvalidAction');

export const malformed = () =>
  answer(
    400,
    `${coral}#SerializationException`,
    'The body does not have the shape of the operation.',
    'MalformedInput',
  );

export const noSuchQueue = () =>
  answer(
    400,
    'com.amazonaws.sqs#ResourceNotFoundException',
    'The source queue is not a dead-letter queue of this stack.',
    'ResourceNotFoundException',
  );

export const tooLarge = () =>
  answer(413, `${coral}#RequestTooLargeException`, 'Request body too large', 'RequestTooLarge');

export const unavailable = (): BackendAnswer => ({
  status: 503,
  headers: { ...jsonHeaders, 'x-amzn-query-error': 'ServiceUnavailable;Receiver' },
  body: Buffer.from(JSON.stringify({ __type: `${coral}#ServiceUnavailableException`, message: 'Try again later.' })),
});
