import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { bundling, projectRoot } from '../bundling.ts';
import { attachToNetwork, type Egress } from '../egress.ts';
import { removalOnceDeployed } from '../removal.ts';
import { createAlarm } from './gateway-alarm.ts';

export type GatewayFunctionProps = {
  /** The folder under `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All that it may do, but for its own logs and traces. */
  readonly permissions: readonly PolicyStatement[];
  /** What it costs when it fails, and when it may not run because too many of it do: the alarms say it. */
  readonly errorImpact: string;
  readonly throttleImpact: string;
  readonly alarmTopic?: ITopic | undefined;
  readonly timeoutSeconds: number;
  /** The processor's share comes with it: 1769 are one whole. */
  readonly memoryMb?: number | undefined;
  /** How many may run at once; absent: as many as the account has left. */
  readonly reservedConcurrency?: number | undefined;
  /** Where it reaches the world from; absent: from Lambda's own network, with changing addresses. */
  readonly egress?: Egress | undefined;
  readonly key: IKey;
  readonly logRetentionDays: number;
  readonly trial: boolean;
};

/** A function with a role and a log group of its own: what one may do, no other may. */
export class GatewayFunction extends Construct {
  readonly name: string;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    this.name = props.name;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: removalOnceDeployed(props.trial),
    });
    const writeLogs = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Work: new PolicyDocument({ statements: [writeLogs, ...props.permissions] }),
        ...(props.egress && { Network: new PolicyDocument({ statements: attachToNetwork() }) }),
      },
    });
    this.lambda = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: join(projectRoot, 'functions', props.name, 'handler.ts'),
      depsLockFilePath: join(projectRoot, 'package-lock.json'),
      projectRoot,
      bundling,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? 1024,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment },
      awsSdkConnectionReuse: false,
      role,
      logGroup,
      // X-Ray knows no resources: its statement, on `*`, stands by itself in the role's default policy.
      tracing: Tracing.ACTIVE,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...props.egress,
    });
    acknowledgeWildcards(role, props.egress !== undefined);
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'API Gateway waits for the answer, what the clock starts starts again, and a queue or a stream has dead letters of its own.',
    });
    this.alarm(props);
  }

  private alarm({ name, errorImpact, throttleImpact, alarmTopic: topic }: GatewayFunctionProps): void {
    const perFiveMinutes = { statistic: 'Sum', period: Duration.minutes(5) };
    createAlarm(this, 'Errors', {
      name: `${name}-errors`,
      fired: `${name} crashed, ran out of time or could not start, within 5 minutes.`,
      impact: errorImpact,
      metric: this.lambda.metricErrors(perFiveMinutes),
      at: 1,
      periods: 1,
      topic,
    });
    createAlarm(this, 'Throttles', {
      name: `${name}-throttles`,
      // A burst is what the bound is for; a quarter of an hour on end is a bound too low, or too much work.
      fired: `${name} was refused a start, for 15 minutes on end.`,
      impact: throttleImpact,
      metric: this.lambda.metricThrottles(perFiveMinutes),
      at: 1,
      periods: 3,
      topic,
    });
  }
}

function acknowledgeWildcards(role: Role, attached: boolean): void {
  Validations.of(role.node.findChild('DefaultPolicy')).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources to name; nothing else stands in this policy.',
  });
  if (!attached) return;
  const reason =
    'Lambda attaches the function to the network by interfaces that cannot be named beforehand; to the code itself the same is denied.';
  Validations.of(role).acknowledge({ id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason });
  Validations.of(role).acknowledge({ id: 'Serverless::Serverless-LambdaStarPermissions', reason });
}
