import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

/** A client for the whole life of a process. A try that hangs is ended after three seconds, and there are three. */
export const createEventBridgeClient = (): EventBridgeClient =>
  new EventBridgeClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
