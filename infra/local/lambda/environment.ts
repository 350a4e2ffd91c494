import type { FunctionSpec } from '../template/stack.ts';
import { credentialsOf } from './credentials.ts';

export type AwsEndpoints = {
  readonly dynamodb: string;
  readonly secretsManager: string;
  readonly s3: string;
  readonly sqs: string;
  readonly eventBridge: string;
};

/**
 * All that a function's process finds in its environment: what the template gives, what Lambda sets, and where the
 * local doors are. Nothing of the developer's own: a variable that the template forgot must be missing here too.
 */
export function environmentOf(
  spec: FunctionSpec,
  {
    region,
    endpoints,
    runtimeApi,
  }: { readonly region: string; readonly endpoints: AwsEndpoints; readonly runtimeApi: string },
): Record<string, string> {
  const { accessKeyId, secretAccessKey } = credentialsOf(spec);
  return {
    ...spec.environment,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    _HANDLER: spec.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: 'local-cloud-no-token',
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: spec.codeDirectory,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}
