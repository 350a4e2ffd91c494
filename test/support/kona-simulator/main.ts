import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { modesChangeSchema } from './modes.ts';
import { startKonaSimulator } from './server.ts';

// The simulator as a process of its own. `--port` and `--modes` (JSON), or KONA_SIMULATOR_PORT and
// KONA_SIMULATOR_MODES. One line on stdout when it listens: { "url", "controlUrl" }. It ends on SIGTERM and SIGINT,
// and when the pipe that is its stdin closes: so it never outlives whoever started it.

const { values } = parseArgs({ options: { port: { type: 'string' }, modes: { type: 'string' } } });
const environment = z
  .object({ KONA_SIMULATOR_PORT: z.string().default('0'), KONA_SIMULATOR_MODES: z.string().default('{}') })
  .parse(process.env);
const portSchema = z.coerce.number().int().min(0).max(65_535);
const port = portSchema.parse(values.port ?? environment.KONA_SIMULATOR_PORT);
const modes = modesChangeSchema.parse(JSON.parse(values.modes ?? environment.KONA_SIMULATOR_MODES));

const simulator = await startKonaSimulator({ ...modes, port });
const end = () => void simulator.close().then(() => process.exit(0));
process.once('SIGTERM', end);
process.once('SIGINT', end);
const stdin = fstatSync(0);
if (stdin.isFIFO() || stdin.isSocket()) process.stdin.resume().once('close', end);

// Last: whoever reads it may end the process at once.
process.stdout.write(`${JSON.stringify({ url: simulator.url, controlUrl: simulator.controlUrl })}\n`);
