import { loadIngestUploadConfig } from '../../shared/config/environment.ts';
import { queueFunction } from '../../shared/lambda/queue-function.ts';
import { createReceiveUpload } from '../../shared/limit-increase/receive-upload.ts';
import { createIngestingDeps } from '../file-dependencies.ts';
import { createIngestUpload } from './ingest-upload.ts';
import { createUploadMessageSchema } from './upload-message.ts';

const config = loadIngestUploadConfig(process.env);
const deps = createIngestingDeps(config);

export const handler = queueFunction(deps, {
  message: createUploadMessageSchema(config.uploadsBucket),
  handle: createIngestUpload(createReceiveUpload(deps)),
});
