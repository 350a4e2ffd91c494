import { type Role, readRoles } from '../aws/iam/roles.ts';
import type { Assembly } from './assembly.ts';
import { type BucketSpec, readBuckets } from './buckets.ts';
import { type EventSourceSpec, readEventSources } from './event-sources.ts';
import { referencesOf, type StackIdentity } from './identity.ts';
import { createResolver } from './intrinsics.ts';
import { type QueueSpec, readQueues } from './queues.ts';
import type { PropertiesOf } from './resource-types.ts';
import { type ResourceOf, type Resources, readResources } from './resources.ts';
import { readStreamSources, type StreamSourceSpec } from './stream-sources.ts';

// The stack in the local cloud's own words: what is to be built, and how the parts hang together.

export type FunctionSpec = {
  /** The logical ID in kebab-case, without CDK's hash and the word "function": `reconcile`. */
  readonly localName: string;
  readonly name: string;
  readonly arn: string;
  readonly codeDirectory: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Absent: as many as the machine bears. */
  readonly reservedConcurrency?: number | undefined;
  readonly logGroupName: string;
  readonly role: Role;
  /** Of invocations that nobody waits for. */
  readonly retryAttempts: number;
  readonly eventAgeMs: number;
};

export type TableSpec = {
  readonly name: string;
  readonly streamArn: string;
  readonly properties: PropertiesOf<'AWS::DynamoDB::Table'>;
};
export type RouteSpec = { readonly routeKey: string; readonly functionArn: string };
export type ApiSpec = {
  readonly apiId: string;
  readonly routes: readonly RouteSpec[];
  readonly throttle?: { readonly burst: number; readonly perSecond: number } | undefined;
  readonly accessLogFormat?: string | undefined;
};
export type ScheduleSpec = {
  readonly ruleArn: string;
  readonly everyMs: number;
  readonly functionArns: readonly string[];
};

export type StackSpec = {
  readonly functions: readonly FunctionSpec[];
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly eventSources: readonly EventSourceSpec[];
  readonly streamSources: readonly StreamSourceSpec[];
  /** ARNs. */
  readonly secrets: readonly string[];
  readonly api: ApiSpec;
  readonly schedules: readonly ScheduleSpec[];
  readonly outputs: Readonly<Record<string, string>>;
};

/** @throws NotUnderstoodError listing what of the template has no meaning here. */
export function readStack(assembly: Assembly, identity: StackIdentity): StackSpec {
  const { template } = assembly;
  const references = referencesOf(template, identity);
  const resolve = createResolver(references);
  const resources = readResources(template, resolve);
  const resolveText = (value: unknown) => String(resolve(value));
  const ref = (logicalId: string) => resolveText({ Ref: logicalId });
  const arn = (logicalId: string) => resolveText({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  const streamArn = (logicalId: string) => resolveText({ 'Fn::GetAtt': [logicalId, 'StreamArn'] });
  const roles = readRoles(resources, { ref, arn });
  const functions = resources
    .ofType('AWS::Lambda::Function')
    .map((resource) => functionSpec(resource, { ref, arn, roles, resources, assembly }));
  const queues = readQueues(resources, { ref, arn });
  const tables = resources
    .ofType('AWS::DynamoDB::Table')
    .map(({ logicalId, properties }) => ({ name: ref(logicalId), streamArn: streamArn(logicalId), properties }));
  return {
    functions,
    queues,
    buckets: readBuckets(resources, { ref, arn, queues, account: identity.account }),
    eventSources: readEventSources(resources, { queues, functions }),
    tables,
    streamSources: readStreamSources(resources, { tables, queues, functions }),
    secrets: resources.ofType('AWS::SecretsManager::Secret').map(({ logicalId }) => ref(logicalId)),
    api: apiSpec(resources, ref),
    schedules: resources
      .ofType('AWS::Events::Rule')
      .filter(({ properties }) => properties.State === 'ENABLED')
      .map(({ logicalId, properties }) => ({
        ruleArn: arn(logicalId),
        everyMs: rateMs(properties.ScheduleExpression),
        functionArns: properties.Targets.map((target) => target.Arn),
      })),
    outputs: Object.fromEntries(
      Object.entries(template.Outputs).map(([name, { Value }]) => [name, resolveText(Value)]),
    ),
  };
}

type Lookups = {
  readonly ref: (logicalId: string) => string;
  readonly arn: (logicalId: string) => string;
  readonly roles: readonly Role[];
  readonly resources: Resources;
  readonly assembly: Assembly;
};

function functionSpec(
  { logicalId, properties }: ResourceOf<'AWS::Lambda::Function'>,
  { ref, arn, roles, resources, assembly }: Lookups,
): FunctionSpec {
  const name = ref(logicalId);
  const role = roles.find((one) => one.arn === properties.Role);
  if (role === undefined) throw new Error(`${logicalId}: its role is not in the template.`);
  const asynchronous = resources
    .ofType('AWS::Lambda::EventInvokeConfig')
    .find((config) => config.properties.FunctionName === name)?.properties;
  return {
    localName: localNameOf(logicalId),
    name,
    arn: arn(logicalId),
    codeDirectory: assembly.assetDirectory(properties.Code.S3Key),
    handler: properties.Handler,
    environment: properties.Environment.Variables,
    memoryMb: properties.MemorySize,
    timeoutMs: properties.Timeout * 1_000,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    logGroupName: properties.LoggingConfig.LogGroup,
    role,
    // Lambda's own defaults: twice more, for up to six hours.
    retryAttempts: asynchronous?.MaximumRetryAttempts ?? 2,
    eventAgeMs: (asynchronous?.MaximumEventAgeInSeconds ?? 21_600) * 1_000,
  };
}

function apiSpec(resources: Resources, ref: (logicalId: string) => string): ApiSpec {
  const apis = resources.ofType('AWS::ApiGatewayV2::Api');
  const [api] = apis;
  if (api === undefined || apis.length > 1) throw new Error(`The local cloud runs one HTTP API, not ${apis.length}.`);
  const functionArns = new Map(
    resources
      .ofType('AWS::ApiGatewayV2::Integration')
      .map(({ logicalId, properties }) => [`integrations/${ref(logicalId)}`, properties.IntegrationUri]),
  );
  const routes = resources.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
    const functionArn = functionArns.get(properties.Target);
    if (functionArn === undefined) throw new Error(`${logicalId}: its integration is not in the template.`);
    return { routeKey: properties.RouteKey, functionArn };
  });
  const stage = resources.ofType('AWS::ApiGatewayV2::Stage')[0]?.properties;
  const settings = stage?.DefaultRouteSettings;
  return {
    apiId: ref(api.logicalId),
    routes,
    throttle: settings && { burst: settings.ThrottlingBurstLimit, perSecond: settings.ThrottlingRateLimit },
    accessLogFormat: stage?.AccessLogSettings?.Format,
  };
}

/** `RequestLimitIncreaseFunction33010978` → `request-limit-increase`. */
export function localNameOf(logicalId: string): string {
  const words = logicalId.replace(/[0-9A-F]{8}$/, '').replace(/Function$/, '');
  return words.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

const unitsMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `rate(5 minutes)` in milliseconds. @throws Error for cron expressions, which the template does not use. */
export function rateMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = unitsMs[unit ?? ''];
  if (unitMs === undefined) throw new Error(`The local cloud understands rate(…) only, not ${expression}.`);
  return Number(count) * unitMs;
}
