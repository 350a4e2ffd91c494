import type { PlatformCall } from '../limit-increase/ports.ts';
import { namedCardRequest } from './contract.ts';
import { encryptMessage } from './encryption.ts';
import type { Credentials } from './secret.ts';
import { transactionToken } from './signature.ts';
import { type TimeZone, transactionTime } from './transaction-time.ts';

/** Headers and bytes of one call, ready to be sent as they are. */
export type SignedRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

export type Signing = { readonly timeZone: TimeZone; readonly messageEncryption: boolean };

/**
 * The request as it will be sent. The body is serialized once, and the same bytes are signed and sent. Undefined if
 * it is to be encrypted and the secret lacks one of the three that this takes: without our own key the answer could
 * not be read, and every call would end unknown.
 */
export async function signedRequest(
  call: PlatformCall,
  credentials: Credentials,
  { timeZone, messageEncryption }: Signing,
): Promise<SignedRequest | undefined> {
  const plainText = namedCardRequest(call.corporation, call.pars);
  if (!messageEncryption) return sign(call, credentials, timeZone, plainText, {});

  const { cryptoKeyId, serverPublicKey, clientPrivateKey } = credentials;
  if (!cryptoKeyId || !serverPublicKey || !clientPrivateKey) return undefined;
  const text = await encryptMessage(plainText, serverPublicKey);
  return sign(call, credentials, timeZone, text, { 'X-KM-Crypto-Key-Id': cryptoKeyId });
}

function sign(
  call: PlatformCall,
  credentials: Credentials,
  timeZone: TimeZone,
  text: string,
  encryptionHeaders: Readonly<Record<string, string>>,
): SignedRequest {
  const body = Buffer.from(text, 'utf8');
  const time = transactionTime(call.startedAt, timeZone);
  const headers = {
    'X-KM-User-AspId': credentials.aspId,
    'X-KM-Correlation-Id': call.correlationId,
    'X-KM-Access-Key': credentials.accessKey,
    'X-KM-Tran-Token': transactionToken(credentials.secretKey, time, body),
    'X-KM-Tran-Time': time.digits14,
    'X-KM-Time-Zone': timeZone,
    ...encryptionHeaders,
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
  };
  return { headers, body };
}
