import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalCloud } from './cloud.ts';
import type { Kona } from './kona.ts';

export const localDirectory = join(import.meta.dirname, '../../.local');
const file = join(localDirectory, 'stack.json');

/** Writes the addresses for other clients; the latest start wins. @returns what removes the file, if it is still ours. */
export async function writeStackFile(cloud: LocalCloud, kona: Kona): Promise<() => Promise<void>> {
  const content = {
    pid: process.pid,
    region: cloud.region,
    apiUrl: cloud.apiUrl,
    dynamodbEndpoint: cloud.dynamodbEndpoint,
    tableName: cloud.tableName,
    secretsManagerEndpoint: cloud.secretsManagerEndpoint,
    secretId: cloud.secretId,
    s3Endpoint: cloud.s3Endpoint,
    uploadsBucket: cloud.outputs['uploadsBucket'],
    sqsEndpoint: cloud.sqsEndpoint,
    eventBridgeEndpoint: cloud.eventBridgeEndpoint,
    lambdaEndpoint: cloud.lambdaEndpoint,
    functions: cloud.functions,
    outputs: cloud.outputs,
    konaUrl: kona.url,
    konaControlUrl: kona.controlUrl,
  };
  const text = `${JSON.stringify(content, undefined, 2)}\n`;
  await mkdir(localDirectory, { recursive: true });
  await writeFile(file, text);
  return async () => {
    const now = await readFile(file, 'utf8').catch(() => undefined);
    if (now === text) await rm(file, { force: true });
  };
}
