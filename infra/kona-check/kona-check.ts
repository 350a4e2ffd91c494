import { createPlatform } from '../../shared/kona/client.ts';
import { createKeepAliveAgent } from '../../shared/kona/connection-pool.ts';
import { createCredentials } from '../../shared/kona/credentials.ts';
import { createReadWord } from '../../shared/kona/listed-words.ts';
import type { Clock } from '../../shared/limit-increase/ports.ts';
import type { Par } from '../../shared/limit-increase/terms.ts';
import { type Check, readCommandLine } from './command-line.ts';
import { type Ask, assertConfirmed, warningLines } from './confirm.ts';
import { help } from './help.ts';
import { createMakeCall, type MadeCall } from './make-call.ts';
import { createMask, type Mask, printable } from './mask.ts';
import { nextSteps } from './next-steps.ts';
import { observations } from './observations.ts';
import { callLines } from './print-call.ts';
import { createRecorder } from './recorder.ts';
import { readSecretFile, type SecretFile } from './secret-file.ts';
import { summaryLines } from './summary.ts';
import { type CaseName, type CaseResult, cases, exitCodeOf, verdictOf } from './verdict.ts';

export type KonaCheckDeps = {
  readonly say: (line: string) => void;
  readonly ask: Ask;
  readonly readFile: (path: string) => Promise<string>;
  readonly clock: Clock;
  /** Seven fresh lower-case hex digits. */
  readonly randomHex: () => string;
};

/** Answers the exit code that `help` names. @throws KonaCheckError if nothing was sent for a reason of the operator's. */
export async function konaCheck(args: readonly string[], deps: KonaCheckDeps): Promise<0 | 1 | 2> {
  const check = readCommandLine(args);
  if (check === 'help') {
    deps.say(help);
    return 0;
  }
  const secret = await readSecretFile(check.secretFile, deps.readFile, check.settings.konaMessageEncryption);
  const mask = createMask(secret.credentials);
  for (const line of warningLines(check, mask)) deps.say(line);
  await assertConfirmed(check, deps.ask);
  return runCases(check, secret, mask, deps);
}

async function runCases(check: Check, secret: SecretFile, mask: Mask, deps: KonaCheckDeps): Promise<0 | 1 | 2> {
  const { settings, corporation } = check;
  const say = (line: string): void => deps.say(mask(line));
  const readWord = createReadWord({
    successMessages: settings.konaSuccessMessages,
    refusalMessages: settings.konaRefusalMessages,
  });
  const recorder = createRecorder();
  const agent = createKeepAliveAgent(settings.konaBaseUrl);
  const platform = createPlatform({
    baseUrl: settings.konaBaseUrl,
    timeZone: settings.konaTimeZone,
    connectTimeoutMs: settings.konaConnectTimeoutMs,
    messageEncryption: settings.konaMessageEncryption,
    refusalCodes: new Set(settings.konaRefusalCodes),
    credentials: createCredentials({
      readSecret: async () => secret.text,
      clock: deps.clock,
      onSecretFailure: () => undefined,
    }),
    clock: deps.clock,
    randomHex: deps.randomHex,
    agent,
    exchange: recorder.exchange,
  });
  const timeoutMs = settings.konaTimeoutMs;
  const makeCall = createMakeCall({ platform, recorder, corporation, timeoutMs, readWord, clock: deps.clock });

  async function runCase(name: CaseName, par: Par): Promise<CaseResult> {
    say(`=== ${cases[name].title}: sending ${par}, up to ${timeoutMs / 1_000} s`);
    const call = await makeCall(par);
    mask.hide(call.exchanged?.headers['X-KM-Tran-Token']?.split(':')[2] ?? '');
    const verdict = verdictOf(name, call);
    for (const line of await callLines(name, call, verdict, mask)) say(line);
    say('');
    return { name, call, ...verdict };
  }

  try {
    const results = await runInOrder(check, runCase);
    const observed = observations(results);
    if (observed.length > 0) say('=== Worth telling KONA');
    for (const line of observed) say(`  ${printable(mask(line))}`);
    if (observed.length > 0) say('');
    say('=== Summary');
    for (const line of summaryLines(results)) say(`  ${printable(mask(line))}`);
    for (const line of nextSteps(results, settings, readWord)) say(`  Next: ${printable(mask(line))}`);
    return exitCodeOf(results);
  } finally {
    agent.destroy();
  }
}

type RunCase = (name: CaseName, par: Par) => Promise<CaseResult>;

/** One call per case. After an answer that is about the platform or our keys the rest is left out. */
async function runInOrder({ par, unknownPar, namedPar }: Check, runCase: RunCase): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const made = (): MadeCall[] => results.flatMap((result) => ('call' in result ? result.call : []));
  const run = async (name: CaseName, card: Par | undefined, lacking: string): Promise<void> => {
    const leftOut = card === undefined ? lacking : stopReason(made());
    if (card === undefined || leftOut !== undefined) results.push({ name, leftOut: leftOut ?? lacking });
    else results.push(await runCase(name, card));
  };
  await run('success', par, '');
  await run('unknownPar', unknownPar, 'needs --unknown-par: no PAR is invented');
  await run(
    'alreadyNamed',
    namedPar ?? (isNamed(made()[0]) ? par : undefined),
    'needs --named-par: --par was not named by this run',
  );
  return results;
}

/** The platform lists the card in answer to our call, whatever its word. */
const isNamed = (call: MadeCall | undefined): boolean =>
  call?.listedAs?.as === 'success' || call?.listedAs?.as === 'other';

function stopReason(calls: readonly MadeCall[]): string | undefined {
  const outcome = calls.at(-1)?.outcome;
  if (outcome?.kind === 'not_sent') return 'the call before it could not be sent';
  if (outcome?.kind === 'limited') return 'KONA PLATE asks for fewer calls';
  if (outcome?.kind === 'refused' && outcome.meaning === 'credentials_refused') return 'KONA PLATE refuses the keys';
  return undefined;
}
