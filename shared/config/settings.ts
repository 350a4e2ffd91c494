import * as z from 'zod';
import { publishedCodes } from '../kona/reading-table.ts';
import { ConfigError, type ConfigFault } from './config-error.ts';
import {
  backoffMs,
  baseUrl,
  callTimeoutMs,
  connectTimeoutMs,
  flag,
  giveUpAfterHours,
  integer,
  parallelChunks,
  parsPerCall,
  reconcileConcurrency,
  retentionDays,
  timeZone,
  wordList,
  wordListOrNone,
} from './values.ts';

// The settings of a deployment: CDK context, given as `-c key=value` or under "context" in cdk.json.

/** The retentions that CloudWatch Logs knows. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const arn = (service: string, resource: RegExp) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource.source}$`), {
    error: `must be a complete ARN of ${service}`,
  });

const written = z.object({
  konaBaseUrl: baseUrl,
  /** A secret that exists already; else one is created, to be filled. */
  konaSecretArn: arn('secretsmanager', /secret:.+-[A-Za-z0-9]{6}/).optional(),
  /** The customer key of that secret, if it has one. */
  konaSecretKeyArn: arn('kms', /key\/.+/).optional(),
  konaTimeZone: timeZone.default('KST'),
  konaConnectTimeoutMs: connectTimeoutMs.default(3_000),
  konaTimeoutMs: callTimeoutMs.default(10_000),
  konaMaxParsPerCall: parsPerCall.default(100),
  /** How many chunks of files are settled side by side, each with one call in flight. Two is the least that Lambda can be told. */
  konaConcurrency: integer(2, 1_000).default(5),
  /** How many calls all POSTs together have in flight: what may run at once, times `konaApiParallelChunks`. */
  konaApiConcurrency: integer(1, 1_000).default(10),
  /** How many chunks of one POST are settled side by side. */
  konaApiParallelChunks: parallelChunks.default(2),
  reconcileConcurrency: reconcileConcurrency.default(2),
  /** KONA does not publish its values of returnMessage: these are taken for success. */
  konaSuccessMessages: wordList.default(['Success', '성공', '정상']),
  /** Texts of returnMessage that refuse a card, beside the published ones. */
  konaRefusalMessages: wordListOrNone.default([]),
  /** Codes of HTTP 400 that refuse a card, beside the published ones: to be added when KONA has confirmed them. */
  konaRefusalCodes: wordListOrNone.default([]),
  konaMessageEncryption: flag.default(false),
  reconcileEveryMinutes: integer(1, 60).default(1),
  reconcileBackoffSeconds: backoffMs.default([60_000, 120_000, 300_000, 900_000, 3_600_000]),
  /** So long what is unknown is asked for again, outages left out; then it is given up. */
  giveUpAfterHours: giveUpAfterHours.default(72),
  /** Five years: what Korean law asks of electronic financial records. */
  retentionDays: retentionDays.default(1827),
  logRetentionDays: integer(1, 3653)
    .refine((days) => logRetentions.includes(days), `must be one of ${logRetentions.join(', ')}`)
    .default(180),
  /** Who is told of alarms; absent: they stand in the console only. */
  alarmEmail: z.email('must be an e-mail address').optional(),
  /** One page of CloudWatch that tells whether anything is stuck, and why. */
  dashboard: flag.default(true),
  /** Calls to KONA PLATE leave from one address that stays: for a platform that lists those it lets in. */
  fixedEgressIp: flag.default(false),
  /** A stack to try things with: it may be deleted with all that it holds. */
  trial: flag.default(false),
});

/** How a slip of one of these begins. CDK's own keys have a colon in them; what other tools keep in the context is theirs. */
const looksLikeOurs =
  /^(kona|recon|give|alarm|dash|fixed|egress|(log)?reten|logs?ret|retain|tri?al|trail|tiral)[a-z]*$/i;

const settingsSchema = written
  .superRefine((settings, context) => {
    const fault = (key: keyof typeof settings, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (settings.konaApiConcurrency < settings.konaApiParallelChunks)
      fault('konaApiConcurrency', 'must be at least konaApiParallelChunks');
    if (settings.konaConnectTimeoutMs > settings.konaTimeoutMs)
      fault('konaConnectTimeoutMs', 'must not be longer than konaTimeoutMs');
    if (settings.giveUpAfterHours >= settings.retentionDays * 24)
      fault('giveUpAfterHours', 'must be shorter than retentionDays');
    const published = settings.konaRefusalCodes.filter((code) => publishedCodes.has(code));
    if (published.length > 0)
      fault('konaRefusalCodes', `must not hold a code whose meaning is published: ${published.join(', ')}`);
    if (settings.konaSecretKeyArn !== undefined && settings.konaSecretArn === undefined)
      fault('konaSecretKeyArn', 'goes with konaSecretArn only');
  })
  .transform(({ reconcileBackoffSeconds: backoffMs, ...others }) => ({ ...others, backoffMs }));

export type GatewaySettings = Readonly<z.output<typeof settingsSchema>>;

const howToGiveBaseUrl =
  'is required. Give it as -c konaBaseUrl=https://<host>/<path>; KONA tells the host by contract, and every call goes to <konaBaseUrl>/api/v1/…';

/**
 * The settings from the context of a CDK app, where other keys are looked past, but for those that look like ours.
 * @throws ConfigError with every fault.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): GatewaySettings {
  const known = Object.keys(written.shape);
  // A misspelt key would else leave its default in force, silently.
  const strangers = Object.keys(context).filter((key) => looksLikeOurs.test(key) && !known.includes(key));
  const faults: ConfigFault[] = strangers.map((key) => ({ key, detail: 'is not a setting' }));
  const parsed = settingsSchema.safeParse(Object.fromEntries(known.map((key) => [key, asText(context[key])])));
  for (const issue of parsed.error?.issues ?? []) {
    const key = String(issue.path[0]);
    faults.push({
      key,
      detail: key === 'konaBaseUrl' && context[key] === undefined ? howToGiveBaseUrl : issue.message,
    });
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError('The settings (CDK context) have faults:', faults);
  return parsed.data;
}

/** `-c` gives texts, cdk.json any JSON: `100`, `true` and `["a"]` mean the same written either way. */
function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
