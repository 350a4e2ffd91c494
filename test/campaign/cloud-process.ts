import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startLocalCloud } from '../../infra/local/local-cloud.ts';

// The local cloud as a process of its own, that can be killed as a whole. One line on stdout when it is up: where all is.
// A line on stdin is a new version of the secret.

const { values } = parseArgs({
  options: { kona: { type: 'string' }, secret: { type: 'string' }, data: { type: 'string' }, logs: { type: 'string' } },
});
const cloud = await startLocalCloud({
  konaUrl: values.kona ?? '',
  secret: values.secret,
  dataDirectory: values.data,
  logDirectory: values.logs,
  context: { reconcileBackoffSeconds: '1,5,15', konaTimeoutMs: '2000', konaConnectTimeoutMs: '1000' },
  // AWS shows a message again after an hour and a half; here it is seconds.
  visibilityScale: 0.002,
  environment: process.env,
});
createInterface({ input: process.stdin }).on('line', cloud.putSecret);
const { apiUrl, region, s3Endpoint, outputs } = cloud;
console.log(JSON.stringify({ apiUrl, region, s3Endpoint, uploadsBucket: outputs['uploadsBucket'] }));
