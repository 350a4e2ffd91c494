import type { Construct } from 'constructs';
import { type RedriveConfig, redriveEnvironment } from '../shared/config/environment.ts';
import { GatewayFunction, type GatewayFunctionProps } from './constructs/gateway-function.ts';
import { type FileQueues, urlsOf } from './file-queues.ts';
import { type Ledger, ring, writeLedger } from './permissions.ts';

export type RedriveFunctionProps = Pick<GatewayFunctionProps, 'key' | 'logRetentionDays' | 'trial' | 'alarmTopic'> & {
  /** What every function that calls KONA PLATE is told. */
  readonly callingKona: Omit<RedriveConfig, 'serviceName' | 'chunksQueueUrl'>;
  readonly ledger: Ledger;
  readonly queues: FileQueues;
};

/** It opens cards again and has others ask for them: it knows neither KONA PLATE nor its secret. */
export function createRedriveFunction(scope: Construct, props: RedriveFunctionProps): GatewayFunction {
  const { callingKona, ledger, queues, ...common } = props;
  return new GatewayFunction(scope, 'Redrive', {
    ...common,
    name: 'redrive',
    errorImpact:
      'That operator was told 5xx. A redrive that had begun goes on by itself; one that had not can be repeated.',
    throttleImpact: 'Operators are told 5xx and repeat. Orders are not touched.',
    description: 'POST /v1/limit-increases/{requestId}/redrive: reopens final cards that are not named',
    // It answers within 25 s by itself; API Gateway would give up at 30.
    timeoutSeconds: 29,
    environment: redriveEnvironment({ ...callingKona, ...urlsOf(queues), serviceName: 'redrive' }),
    permissions: [...writeLedger(ledger), ...ring(queues.chunks)],
  });
}
