import * as z from 'zod';
import type { MadeCall } from './make-call.ts';
import type { AnswerHead, RecordedExchange } from './recorder.ts';
import { type CaseResult, cases } from './verdict.ts';

/** What KONA's page leaves open and the calls show: worth telling KONA. */
export function observations(results: readonly CaseResult[]): string[] {
  const made = results.flatMap((result) =>
    'call' in result && result.verdict !== 'not sent' ? { title: cases[result.name].title, ...result.call } : [],
  );
  const [first] = made;
  if (first === undefined) return [];
  const perCase = (read: (call: MadeCall) => string | undefined): string =>
    made.map((call) => `${call.title}: ${read(call) ?? 'no answer'}`).join('; ');
  const headers = first.exchanged?.headers;
  return [
    ...(headers === undefined ? [] : lengths(headers)),
    `returnMessage: ${words(made)}`,
    `X-KM-Correlation-Id of the answers: ${perCase(echo)}`,
    `Content-Type: ${perCase(({ exchanged }) => exchanged?.head && (headerOf(exchanged.head, 'content-type') ?? 'none'))}`,
    `Fields of the body: ${perCase(({ exchanged }) => exchanged?.head && fieldsOf(exchanged))}`,
    `Rate-limit headers: ${rateLimits(made)}`,
    `TLS: ${first.exchanged?.head?.tls ?? 'none'}`,
    `KONA's clock against ours: ${perCase(clockDifference)}`,
    `Durations: ${perCase(({ exchanged }) => exchanged && `${exchanged.durationMs} ms`)}`,
  ];
}

function lengths(headers: Readonly<Record<string, string>>): string[] {
  const of = (name: string) => headers[name]?.length ?? 0;
  return [
    `X-KM-Tran-Token: ${of('X-KM-Tran-Token')} characters were sent; the page says 66, its sample has 67`,
    `X-KM-Tran-Time: ${of('X-KM-Tran-Time')} characters were sent; the page says 16, its guide to headers 14`,
  ];
}

function words(calls: readonly MadeCall[]): string {
  const listed = calls.flatMap(({ outcome }) => (outcome.kind === 'answered' ? outcome.listed : []));
  if (listed.length === 0) return 'no card was listed';
  const found = new Set(
    listed.map(({ returnMessage }) => (returnMessage === undefined ? 'none' : `"${returnMessage}"`)),
  );
  return [...found].join(', ');
}

function echo({ exchanged, correlationId }: MadeCall): string | undefined {
  if (exchanged?.head === undefined) return undefined;
  const echoed = headerOf(exchanged.head, 'x-km-correlation-id');
  if (echoed === undefined) return 'missing';
  return echoed === correlationId ? 'echoed' : 'another one';
}

const headerOf = ({ headers }: AnswerHead, wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1];

const objectSchema = z.record(z.string(), z.unknown());

/** The names alone; `none` where the body is no JSON object. */
function fieldsOf({ answerBody }: RecordedExchange): string {
  try {
    const parsed = objectSchema.safeParse(JSON.parse(answerBody.toString()));
    return parsed.success ? Object.keys(parsed.data).join(', ') || 'none' : 'no JSON object';
  } catch {
    return 'no JSON object';
  }
}

function rateLimits(calls: readonly MadeCall[]): string {
  const found = calls.flatMap(({ exchanged }) => exchanged?.head?.headers ?? []).filter(([name]) => isRateLimit(name));
  return found.length === 0 ? 'none' : [...new Set(found.map(([name, value]) => `${name}: ${value}`))].join(', ');
}

const isRateLimit = (name: string): boolean => /rate-?limit|^retry-after$|quota/i.test(name);

function clockDifference({ exchanged, startedAt }: MadeCall): string | undefined {
  const date = exchanged?.head && headerOf(exchanged.head, 'date');
  const at = Date.parse(date ?? '');
  if (exchanged === undefined || date === undefined || Number.isNaN(at))
    return date === undefined ? undefined : 'unreadable';
  const seconds = Math.round((at - startedAt - exchanged.durationMs / 2) / 1_000);
  if (Math.abs(seconds) <= 1) return 'within a second';
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`;
}
