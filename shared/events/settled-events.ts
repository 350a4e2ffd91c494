import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { showState } from '../http/representation.ts';
import type { SettledEvents } from '../limit-increase/announce-settled.ts';
import type { Clock } from '../limit-increase/ports.ts';

const eventSource = 'kona.corporate-limit-gateway';
const settledDetailType = 'LimitIncreaseSettled';

export type SettledEventsDeps = { readonly client: EventBridgeClient; readonly clock: Clock };

/**
 * Events on the account's default bus. The detail is what `GET /v1/limit-increases/{requestId}` answers, without the cards,
 * and where they are: `links.limitIncrease`, a path of the API, and for a file `links.reports`, an S3 URI that ends in `/`.
 */
export function createSettledEvents({ client, clock }: SettledEventsDeps): SettledEvents {
  return {
    async limitIncreaseSettled(found) {
      const { requestId, upload } = found.request;
      const shown = showState(found, clock());
      const reports = shown.upload?.reports;
      const links = {
        limitIncrease: `/v1/limit-increases/${requestId}`,
        reports: upload === undefined || reports === undefined ? undefined : `s3://${upload.object.bucket}/${reports}`,
      };
      const Entries = [
        {
          Source: eventSource,
          DetailType: settledDetailType,
          Time: new Date(found.request.updatedAt),
          Detail: JSON.stringify({ ...shown, links }),
        },
      ];
      const { FailedEntryCount, Entries: told = [] } = await client.send(new PutEventsCommand({ Entries }));
      // EventBridge answers 200 for entries that it did not take.
      if (FailedEntryCount !== 0) throw new Error(`EventBridge did not take the event: ${told[0]?.ErrorCode}`);
    },
  };
}
