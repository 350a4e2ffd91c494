import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../../infra/local/process/loopback-server.ts';
import { readDeployedStack } from '../../../submit/deployed-stack.ts';
import { readLocalStack } from '../../../submit/local-stack.ts';
import { credentials } from './played-gateway.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'submit-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the local cloud', () => {
  const written = {
    ...{ pid: 7, region: 'ap-northeast-2', apiUrl: 'http://127.0.0.1:3000' },
    ...{ uploadsBucket: 'uploads', s3Endpoint: 'http://127.0.0.1:3001', functions: {} },
  };

  it('is found by what npm start wrote down', async () => {
    const path = join(directory, 'stack.json');
    await writeFile(path, JSON.stringify(written));
    const { pid: _, functions: __, ...stack } = written;
    expect(await readLocalStack(path)).toEqual({ ...stack, credentials: expect.any(Object) });
  });

  it.each(['', '[]', '{"apiUrl":"http://127.0.0.1:3000"}'])('is not understood by %j', async (text) => {
    const path = join(directory, 'older.json');
    await writeFile(path, text);
    await expect(readLocalStack(path)).rejects.toThrow('Start it anew. Nothing was uploaded.');
  });

  it('is told how to be brought up if it is not up', async () => {
    await expect(readLocalStack(join(directory, 'none.json'))).rejects.toThrow('Bring it up with npm start');
  });
});

describe('a deployed stack', () => {
  const outputs = (entries: Record<string, string>) =>
    Object.entries(entries)
      .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
      .join('');
  const described = (entries: Record<string, string>) =>
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
     <StackName>Gateway</StackName><Outputs>${outputs(entries)}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

  async function read(status: number, answer: string) {
    const server = await listenOnLoopback((_, response) => response.writeHead(status).end(answer));
    const region = 'eu-west-1';
    const client = new CloudFormationClient({ endpoint: server.url, region, credentials, maxAttempts: 1 });
    try {
      return await readDeployedStack(client, 'Gateway');
    } finally {
      client.destroy();
      await server.close();
    }
  }

  it('is found by its outputs, and spoken to as whoever read them', async () => {
    const stack = await read(
      200,
      described({ apiUrl: 'https://api.example', uploadsBucket: 'uploads', tableName: 't' }),
    );
    expect(stack).toMatchObject({ apiUrl: 'https://api.example', uploadsBucket: 'uploads', region: 'eu-west-1' });
    const found = typeof stack.credentials === 'function' ? await stack.credentials() : stack.credentials;
    expect(found).toMatchObject(credentials);
  });

  it('is told apart from a stack of something else', async () => {
    await expect(read(200, described({ apiUrl: 'https://api.example' }))).rejects.toThrow(
      'The stack Gateway has no output uploadsBucket: it is another, or an older version. Nothing was uploaded.',
    );
  });

  it('is told in the words of CloudFormation if it cannot be read', async () => {
    const said = '<Code>ValidationError</Code><Message>Stack with id Gateway does not exist</Message>';
    const xmlns = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
    const answer = `<ErrorResponse ${xmlns}><Error><Type>Sender</Type>${said}</Error><RequestId>1</RequestId></ErrorResponse>`;
    await expect(read(400, answer)).rejects.toThrow(
      'cannot be read from CloudFormation (Stack with id Gateway does not exist). Nothing was uploaded.',
    );
  });
});
