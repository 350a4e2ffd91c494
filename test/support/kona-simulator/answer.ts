/** What goes over the line, before a misbehaviour has its way with it. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** KONA's code in the body, for the log and the counters. */
  readonly code?: string | undefined;
  /** The correlation ID that it is given back under: the caller's own unless said otherwise, none if null. */
  readonly echo?: string | null | undefined;
};

export type ListedCard = { readonly par: string; readonly returnMessage: string };
export const successWord = 'Success';

export type Refusal = { readonly code: string; readonly description: string };

export const jsonAnswer = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json;charset=UTF-8' },
  body: Buffer.from(JSON.stringify(value)),
});

/** As a gateway in front of the platform speaks. */
export const htmlAnswer = (status: number): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: Buffer.from(`<html><head><title>${status}</title></head><body><center>nginx</center></body></html>\n`),
  echo: null,
});

export const emptyAnswer = (status: number): Answer => ({ status, headers: {}, body: Buffer.alloc(0) });

/** KONA's envelope: `response`, and beside it what the call is about. */
export const successAnswer = (listed: readonly ListedCard[]): Answer => ({
  ...jsonAnswer(200, { response: { code: '000_000', description: successWord }, namedResultList: listed }),
  code: '000_000',
});

/** A refusal never says which card it is about. */
export const refusalAnswer = (refusal: Refusal, status = 400): Answer => ({
  ...jsonAnswer(status, { response: { code: refusal.code, description: refusal.description } }),
  code: refusal.code,
});

export type RefusalBody = 'json' | 'html' | 'empty';

/** `json`: the platform's envelope; else what a gateway in front of it sends. */
export function refusalAs(body: RefusalBody, refusal: Refusal, status: number): Answer {
  switch (body) {
    case 'json':
      return refusalAnswer(refusal, status);
    case 'html':
      return htmlAnswer(status);
    case 'empty':
      return emptyAnswer(status);
    default:
      return body satisfies never;
  }
}

export const withHeaders = (answer: Answer, headers: Readonly<Record<string, string>>): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});
