import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { startLocalCloud } from '../../../infra/local/local-cloud.ts';
import { subjectCode } from './subject-function.ts';
import { type TinyFunction, writeTinyAssembly } from './tiny-stack.ts';

const seenSchema = z.object({
  count: z.number(),
  pid: z.number(),
  remaining: z.number(),
  node: z.string(),
  environment: z.record(z.string(), z.string()),
  context: z.record(z.string(), z.unknown()),
  event: z.record(z.string(), z.unknown()),
});

/** What the subject function saw when it answered this. */
export const seenIn = (answer: unknown): z.infer<typeof seenSchema> => seenSchema.parse(answer);

/** A local cloud of small functions. `gateUrl`: where the clock's function reports each tick. */
export async function startTinyCloud(gateUrl = '') {
  const subject = (properties: TinyFunction['properties']): TinyFunction => ({ code: subjectCode, properties });
  const assembly = await writeTinyAssembly({
    functions: {
      SubjectFunction: subject({ Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } }, MemorySize: 256 }),
      HastyFunction: subject({ Timeout: 1 }),
      BoundedFunction: subject({ ReservedConcurrentExecutions: 2 }),
      UnloadableFunction: { code: 'throw new TypeError("cannot be loaded");' },
      TickedFunction: {
        code: `export const handler = async (event) => {
          await fetch('${gateUrl}', { method: 'POST', body: JSON.stringify(event) });
        };`,
      },
    },
    routes: {
      'POST /subject/{id}': 'SubjectFunction',
      'POST /hasty': 'HastyFunction',
      'POST /bounded': 'BoundedFunction',
      'GET /unloadable': 'UnloadableFunction',
    },
    resources: {
      Clock: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          State: 'ENABLED',
          Targets: [{ Arn: { 'Fn::GetAtt': ['TickedFunction', 'Arn'] }, Id: 'T' }],
        },
      },
    },
  });
  const cloud = await startLocalCloud({
    assembly,
    konaUrl: 'http://127.0.0.1:1',
    schedules: gateUrl === '' ? 'off' : { everyMs: 100 },
    environment: { AWS_ENDPOINT_URL_DYNAMODB: process.env['AWS_ENDPOINT_URL_DYNAMODB'], DEVELOPERS_OWN: 'secret' },
  });
  return {
    cloud,
    assembly,
    see: async (name: string, event: object = {}) => {
      const outcome = await cloud.invoke(name, event);
      if (outcome.result !== 'returned') throw new Error(JSON.stringify(outcome));
      return seenIn(JSON.parse(outcome.payload));
    },
    failureOf: async (name: string, event: object) => {
      const outcome = await cloud.invoke(name, event);
      if (outcome.result !== 'failed') throw new Error(JSON.stringify(outcome));
      return z.object({ errorType: z.string(), errorMessage: z.string() }).parse(JSON.parse(outcome.payload));
    },
    post: (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${cloud.apiUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    /** Over the Lambda Invoke API. */
    invoke: (name: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${cloud.lambdaEndpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
        method: 'POST',
        headers,
        body,
      }),
    close: async () => {
      await cloud.close();
      await rm(assembly, { recursive: true });
    },
  };
}

export type TinyCloud = Awaited<ReturnType<typeof startTinyCloud>>;
