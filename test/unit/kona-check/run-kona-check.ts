import { konaCheck } from '../../../infra/kona-check/kona-check.ts';
import { KonaCheckError } from '../../../infra/kona-check/kona-check-error.ts';
import { simulatedCredentials } from '../../support/kona-simulator/credentials.ts';

export const par = 'Q180BEA3B2F1BBD8410336D66A4';
export const unknownPar = 'Q12EA18694F1BBD928C3ADBDEAD';
export const namedPar = 'Q12EA18694F1BBD928C3ADBBEEF';
export const secret = JSON.stringify(simulatedCredentials);

type Given = { readonly secret?: string; readonly typed?: string; readonly yes?: boolean };

/** Runs the command as `main.ts` does; `typed`: what the operator answers, absent: there is no terminal. */
export async function runKonaCheck(baseUrl: string, more: readonly string[] = [], given: Given = {}) {
  const output: string[] = [];
  const { typed, yes = true } = given;
  const corporation = ['--corporation-name', '주식회사 코나', '--biz-license-no', '116-82-00276'];
  const card = ['--registration-number', '110111-0062432', '--par', par];
  const args = ['--base-url', baseUrl, '--secret-file', 'kona-secret.json', ...corporation, ...card, ...more];
  let serial = 0;
  const code = await konaCheck([...args, ...(yes ? ['--yes'] : [])], {
    say: (line) => output.push(line),
    ask: typed === undefined ? undefined : async () => typed,
    readFile: async () => given.secret ?? secret,
    clock: Date.now,
    randomHex: () => (++serial).toString(16).padStart(7, '0'),
  }).catch((error: unknown) => {
    if (!(error instanceof KonaCheckError)) throw error;
    output.push(error.message);
    return 2;
  });
  return { code, output: output.join('\n') };
}
