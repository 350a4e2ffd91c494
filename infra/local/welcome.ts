import { styleText } from 'node:util';
import type { LocalCloud } from './cloud.ts';
import { principals } from './http-api/principals.ts';
import type { Kona } from './kona.ts';

/** What `npm start` prints when all is up: where everything is, and a first order to paste. */
export function welcome(cloud: LocalCloud, kona: Kona): string {
  const { caller, otherCaller } = principals;
  const title = (text: string) => styleText('bold', text);
  const row = (name: string, value: string) => `  ${name.padEnd(16)}${value}`;
  const pair = ({ name, accessKeyId, secretAccessKey, policies }: typeof caller | typeof otherCaller) =>
    row(name, `${accessKeyId}:${secretAccessKey} (${policies.join(', ')})`);
  return [
    title('The gateway is up, on this machine only.'),
    row('HTTP API', cloud.apiUrl),
    row(
      'KONA PLATE',
      kona.controlUrl === undefined ? kona.url : `${kona.url} (simulator, controls: ${kona.controlUrl})`,
    ),
    row('DynamoDB', `${cloud.dynamodbEndpoint} table ${cloud.tableName}`),
    row(
      '',
      `its bad days: curl -X PUT ${cloud.dynamodbEndpoint}/_faults -d '[{"fault":{"kind":"throttle"},"share":0.2}]'`,
    ),
    row('S3', `${cloud.s3Endpoint} bucket ${cloud.outputs['uploadsBucket']}`),
    row('SQS', cloud.sqsEndpoint),
    row('EventBridge', `${cloud.eventBridgeEndpoint} what it took: .local/logs/events.log`),
    row('Secrets Manager', cloud.secretsManagerEndpoint),
    row('Lambda', `${cloud.lambdaEndpoint} ${Object.keys(cloud.functions).join(', ')}`),
    row('Logs', '.local/logs/'),
    row('All of this', '.local/stack.json'),
    '',
    title('A first order:'),
    `curl -si ${cloud.apiUrl}/v1/limit-increases \\`,
    `  -H 'Idempotency-Key: my-first-order' -H 'Content-Type: application/json' \\`,
    `  -d '{ "corporationName": "주식회사 코나", "bizLicenseNo": "116-82-00276", "registrationNumber": "110111-0062432",`,
    `        "parList": ["Q180BEA3B2F1BBD8410336D66A4", "Q12EA18694F1BBD928C3ADBDEAD"] }'`,
    '',
    title('A file of cards, from another shell:'),
    'npm run submit -- cards.csv',
    '',
    title('As whom?'),
    '  Unsigned requests are one caller, who may do all; two more can sign, held to policies of README.md:',
    pair(caller),
    pair(otherCaller),
    `  curl --aws-sigv4 aws:amz:${cloud.region}:execute-api --user ${caller.accessKeyId}:${caller.secretAccessKey} …`,
    '',
    'Ctrl-C ends all of it.',
  ].join('\n');
}
