import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localStackOf } from '../../submit/local-stack.ts';
import { submitFile } from './demo/files-story.ts';
import { createGatewayClient } from './demo/gateway-client.ts';
import { createScreen } from './demo/screen.ts';
import { holdAgainstTruth, orderForty, orderIntoTheDark, replay, trace } from './demo/story.ts';
import { createTruth } from './demo/truth.ts';
import { startLocalCloud } from './local-cloud.ts';
import { createTeardown } from './process/teardown.ts';
import { startSimulatorProcess } from './simulator-process.ts';

// npm run demo: boots all of it, tells the story, holds it against the simulator's truth, and ends by itself: with exit
// status 0 only if everything was as promised.

const screen = createScreen(console.log);
const teardown = createTeardown();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void teardown.run().then(() => process.exit(130)));

async function demo(): Promise<void> {
  const startedAt = performance.now();
  screen.say(
    'The stack is synthesized, and built on this machine from its template: functions in processes of their own, the',
  );
  screen.say(
    'table in a DynamoDB emulator, the clock (a second instead of a minute), and a simulator in the place of KONA PLATE.',
  );
  const kona = await startSimulatorProcess();
  teardown.add(kona.close);
  const cloud = await startLocalCloud({
    konaUrl: kona.url,
    secret: kona.secret,
    context: { konaTimeoutMs: '2000', konaConnectTimeoutMs: '1000', reconcileBackoffSeconds: '1,1,2' },
    schedules: { everyMs: 1_000 },
    environment: process.env,
  });
  teardown.add(cloud.close);
  screen.aside(`Up in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${cloud.apiUrl}`);

  const scene = { gateway: createGatewayClient(cloud.apiUrl), truth: createTruth(kona.controlUrl), screen };
  const forty = await orderForty(scene);
  const dark = await orderIntoTheDark(scene);
  const notFound = forty.find((card) => card.status === 'not_found');
  if (notFound !== undefined) await trace(scene, notFound);
  await replay(scene);
  await holdAgainstTruth(scene, [...forty, ...dark]);

  const stack = localStackOf({ ...cloud, uploadsBucket: cloud.outputs['uploadsBucket'] });
  const directory = await mkdtemp(join(tmpdir(), 'kona-reports-'));
  teardown.add(() => rm(directory, { recursive: true, force: true }));
  await submitFile({ ...scene, stack, output: process.stdout, clock: Date.now, directory });
}

try {
  await demo();
  screen.heading(screen.broken() === 0 ? 'All as promised.' : `${screen.broken()} promises were broken.`);
} catch (error) {
  screen.check(error instanceof Error ? `the demo runs to its end: ${error.message}` : String(error), false);
}
await teardown.run();
process.exitCode = screen.broken() === 0 ? 0 : 1;
