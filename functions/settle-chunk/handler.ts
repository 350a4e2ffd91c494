import { chunkMessageSchema } from '../../shared/bells/messages.ts';
import { loadSettleChunkConfig } from '../../shared/config/environment.ts';
import { queueFunction } from '../../shared/lambda/queue-function.ts';
import { createChunkSettlingDeps } from '../dependencies.ts';
import { createSettleChunk } from './settle-chunk.ts';

const deps = createChunkSettlingDeps(loadSettleChunkConfig(process.env));
await deps.warmUp();

export const handler = queueFunction(deps, { message: chunkMessageSchema, handle: createSettleChunk(deps) });
