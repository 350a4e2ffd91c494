import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundling, projectRoot } from '../bundling.ts';
import { removal } from '../removal.ts';

export type GatewayFunctionProps = {
  /** The folder under `functions/`. */
  readonly name: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All that it may do, but for its own logs and traces. */
  readonly permissions: readonly PolicyStatement[];
  readonly timeoutSeconds: number;
  /** How many may run at once; absent: as many as the account has left. */
  readonly reservedConcurrency?: number | undefined;
  readonly key: IKey;
  readonly logRetentionDays: number;
  readonly trial: boolean;
};

/** A function with a role and a log group of its own: what one may do, no other may. */
export class GatewayFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      encryptionKey: props.key,
      removalPolicy: removal(props.trial),
    });
    const writeLogs = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Work: new PolicyDocument({ statements: [writeLogs, ...props.permissions] }) },
    });
    this.lambda = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: join(projectRoot, 'functions', props.name, 'handler.ts'),
      depsLockFilePath: join(projectRoot, 'package-lock.json'),
      projectRoot,
      bundling,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment },
      awsSdkConnectionReuse: false,
      role,
      logGroup,
      // X-Ray knows no resources: its statement, on `*`, stands by itself in the role's default policy.
      tracing: Tracing.ACTIVE,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name. No other statement of this role holds a wildcard.',
    });
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless::Serverless-LambdaDLQ',
      reason:
        'API Gateway waits for the answer, and what the clock starts starts again: no event carries work to be kept.',
    });
  }
}
