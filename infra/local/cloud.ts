import type { FaultControls } from './aws/dynamodb/faults.ts';
import type { BusEvent, EventBusFaultControls } from './aws/event-bus-door.ts';
import type { FunctionGrant } from './aws/iam/authority.ts';
import type { EventFaultControls } from './aws/s3/event-faults.ts';
import type { S3FaultControls } from './aws/s3/faults.ts';
import type { Schedules } from './aws/scheduler.ts';
import type { SqsFaultControls } from './aws/sqs/faults.ts';
import type { EventSources } from './lambda/event-sources.ts';
import type { InvocationResult } from './lambda/invocation.ts';

// How a local cloud is asked for, and what whoever started it holds in hand.

export type LocalCloudOptions = {
  /** For the stack's setting konaBaseUrl. */
  readonly konaUrl: string;
  /** The JSON that Secrets Manager answers for the stack's secret; absent: the secret has no value yet. */
  readonly secret?: string | undefined;
  /** As `-c key=value` at `cdk deploy`. */
  readonly context?: Readonly<Record<string, string>> | undefined;
  /** A cloud assembly that exists already; else the stack is synthesized. */
  readonly assembly?: string | undefined;
  readonly schedules?: Schedules | undefined;
  /** `off`: messages stay in their queues, and wake nobody. */
  readonly eventSources?: EventSources | undefined;
  /**
   * A message that its function failed on is seen again after so much of its visibility timeout: 0.001 makes seconds of
   * an hour and a half. So is a change of a stream given up. Absent: 1.
   */
  readonly visibilityScale?: number | undefined;
  /** Of the HTTP API; absent or 0: a free one. */
  readonly port?: number | undefined;
  /**
   * Where tables, objects and messages are kept from one local cloud to the next; absent: in memory. What a stream of a
   * table has not told yet is kept nowhere.
   */
  readonly dataDirectory?: string | undefined;
  /** For one log file a function; absent: logs are kept in memory only. */
  readonly logDirectory?: string | undefined;
  /** The developer's: AWS_ENDPOINT_URL_DYNAMODB replaces the emulator, and bundling needs PATH. No function sees it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

export type LocalCloud = {
  readonly apiUrl: string;
  readonly lambdaEndpoint: string;
  /** The door that holds each function to its role; whoever is no function finds the whole emulator behind it. */
  readonly dynamodbEndpoint: string;
  readonly dynamodbEmulatorEndpoint: string;
  readonly secretsManagerEndpoint: string;
  /** Doors like that of DynamoDB. */
  readonly s3Endpoint: string;
  readonly sqsEndpoint: string;
  readonly eventBridgeEndpoint: string;
  readonly region: string;
  readonly tableName: string;
  readonly secretId: string;
  /** All outputs of the stack: `uploadsBucket`, `chunksQueueUrl` and the like. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Local name (`reconcile`) → the function's name. */
  readonly functions: Readonly<Record<string, string>>;
  /** Invokes and waits. `returned` and `failed` carry JSON text. */
  readonly invoke: (name: string, event?: unknown) => Promise<InvocationResult>;
  /** What a function wrote, newest last. */
  readonly logs: (name: string) => readonly string[];
  readonly accessLog: () => readonly string[];
  /** Kills all processes of a function with SIGKILL, whatever they do. Answers how many there were. */
  readonly killFunction: (name: string) => number;
  readonly dynamodbFaults: FaultControls;
  readonly s3Faults: S3FaultControls;
  /** Of the events by which S3 tells of uploads. */
  readonly eventFaults: EventFaultControls;
  readonly sqsFaults: SqsFaultControls;
  readonly eventBusFaults: EventBusFaultControls;
  /** What the account's event bus took, oldest first. */
  readonly events: () => readonly BusEvent[];
  /** Sends dead letters back to the queue that they come from, as `StartMessageMoveTask` does. Answers how many. */
  readonly redriveDeadLetters: (deadLettersArn: string) => Promise<number>;
  /** All that the roles of the functions grant. */
  readonly granted: () => readonly FunctionGrant[];
  /** What of it was made use of, as far as it goes through a door here. */
  readonly usedGrants: () => readonly FunctionGrant[];
  /** A new version of the stack's secret. */
  readonly putSecret: (value: string) => void;
  readonly close: () => Promise<void>;
};
