import * as z from 'zod';
import type { ListedCard } from '../limit-increase/ports.ts';
import type { Corporation, Par } from '../limit-increase/terms.ts';
import { cutText, type RedactText, returnMessageLengthMax, statusTextLengthMax } from './redacted-text.ts';

// KONA's request and answer as published. The answer is read with tolerance: the envelope `response` may be missing,
// `message` may stand for `description`, and any field may be added. What is there in a wrong type counts as not
// there, so that it can make an answer unreadable but never a success.

/** The body of `POST /api/v1/user/namedcard/corp`, its keys always in the same order. */
export function namedCardRequest(corporation: Corporation, pars: readonly Par[]): string {
  return JSON.stringify({
    corporationName: corporation.corporationName,
    bizLicenseNo: corporation.bizLicenseNo,
    registrationNumber: corporation.registrationNumber,
    affiliateId: corporation.affiliateId,
    parList: pars,
  });
}

/** What an answer says, whatever its HTTP status. `listed` is absent if there was no list, or none that could be read. */
export type NamedCardAnswer = {
  readonly code?: string | undefined;
  readonly description?: string | undefined;
  readonly listed?: readonly ListedCard[] | undefined;
  /** A compact JWE that holds the answer proper. */
  readonly encData?: string | undefined;
};

const textSchema = z.string().optional().catch(undefined);
const statusFields = {
  code: z.string().trim().min(1).optional().catch(undefined),
  description: textSchema,
  message: textSchema,
};

const listedCardSchema = z.object({ par: z.string(), returnMessage: z.string().nullish() });

const answerSchema = z.object({
  ...statusFields,
  response: z.object(statusFields).optional().catch(undefined),
  namedResultList: z.array(listedCardSchema).optional().catch(undefined),
  encData: textSchema,
});

/**
 * Reads a parsed JSON body; undefined if it is not an object at all. Every text of KONA's own is redacted, then cut to the
 * length that its page documents.
 */
export function readNamedCardAnswer(json: unknown, redactText: RedactText): NamedCardAnswer | undefined {
  const parsed = answerSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { response, namedResultList, encData, ...bare } = parsed.data;
  const { code, description, message } = response ?? bare;
  const text = description ?? message;
  return {
    code: code === undefined ? undefined : codeOf(redactText(code)),
    description: text === undefined ? undefined : cutText(redactText(text), statusTextLengthMax),
    listed: namedResultList?.map(({ par, returnMessage }) =>
      returnMessage == null
        ? { par }
        : { par, returnMessage: cutText(redactText(returnMessage), returnMessageLengthMax) },
    ),
    encData,
  };
}

/** A longer text is no code: cut, it could be read as another one. */
function codeOf(code: string): string | undefined {
  const cut = cutText(code, statusTextLengthMax);
  return cut === code.toWellFormed() ? cut : undefined;
}
