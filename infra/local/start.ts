import { once } from 'node:events';
import { join } from 'node:path';
import { startOptionsOf } from './command-line.ts';
import { openKona } from './kona.ts';
import { startLocalCloud } from './local-cloud.ts';
import { createTeardown } from './process/teardown.ts';
import { localDirectory, writeStackFile } from './stack-file.ts';
import { welcome } from './welcome.ts';

// npm start: the gateway on this machine until Ctrl-C. `-- -c key=value` reaches the CDK context, `--data DIRECTORY` keeps
// what the services hold over the next start, PORT pins the HTTP API's port, KONA_BASE_URL with KONA_SECRET_FILE replaces the simulator, AWS_ENDPOINT_URL_DYNAMODB the emulator.

const teardown = createTeardown();
const ended = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));

async function start(): Promise<void> {
  const { context, dataDirectory } = startOptionsOf(process.argv.slice(2));
  const kona = await openKona(process.env);
  teardown.add(kona.close);
  console.log('Synthesizing the stack and building it here …');
  const cloud = await startLocalCloud({
    konaUrl: kona.url,
    secret: kona.secret,
    context,
    dataDirectory,
    port: Number(process.env['PORT'] ?? 0),
    logDirectory: join(localDirectory, 'logs'),
    environment: process.env,
  });
  teardown.add(cloud.close);
  teardown.add(await writeStackFile(cloud, kona));
  console.log(welcome(cloud, kona));
}

try {
  await Promise.race([start(), ended]);
  await ended;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await teardown.run();
// A boot that was interrupted has its own children; they end with this process.
process.exit();
