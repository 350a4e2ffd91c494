import http from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecretReader } from '../../../shared/kona/secret-reader.ts';

/** Secrets Manager, as far as one read goes: its JSON protocol over HTTP. */
async function aSecretsManager(status: number, answer: object) {
  const asked: { target: string | string[] | undefined; body: unknown }[] = [];
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      asked.push({ target: request.headers['x-amz-target'], body: JSON.parse(Buffer.concat(pieces).toString()) });
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, read: createSecretReader('kona/plate', client) };
}

describe('the secret in Secrets Manager', () => {
  it('is read by its name', async () => {
    const { asked, read } = await aSecretsManager(200, { Name: 'kona/plate', SecretString: '{"aspId":"x"}' });

    expect(await read()).toBe('{"aspId":"x"}');
    expect(asked).toEqual([{ target: 'secretsmanager.GetSecretValue', body: { SecretId: 'kona/plate' } }]);
  });

  it('has no text if it is binary', async () => {
    const { read } = await aSecretsManager(200, { Name: 'kona/plate', SecretBinary: 'AAAA' });

    expect(await read()).toBe('');
  });

  it('fails to be read by the name that AWS gives the failure', async () => {
    const { read } = await aSecretsManager(400, { __type: 'ResourceNotFoundException', message: 'no such secret' });

    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
