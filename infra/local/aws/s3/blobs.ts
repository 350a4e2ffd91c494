import { once } from 'node:events';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

type Ask = {
  readonly method: string;
  readonly bucket: string;
  /** What the emulator calls the object: an ID, so that no key of ours can be too odd for it. */
  readonly id: string;
  readonly query?: string | undefined;
  readonly headers?: OutgoingHttpHeaders | undefined;
  readonly body?: Buffer | undefined;
};

/** The emulator behind the door, which keeps the bytes. */
export type Blobs = {
  /** The body is not read yet. @throws Error of the connection. */
  readonly open: (ask: Ask) => Promise<IncomingMessage>;
  readonly send: (ask: Ask) => Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>;
  readonly close: () => void;
};

export function createBlobs(endpoint: string): Blobs {
  const agent = new Agent({ keepAlive: true });
  const open = async ({ method, bucket, id, query = '', headers = {}, body }: Ask): Promise<IncomingMessage> => {
    const path = `/${bucket}/${id}${query === '' ? '' : `?${query}`}`;
    const outgoing = request(new URL(endpoint), { method, path, agent, headers });
    // Heard below, or by whoever reads the answer; one that comes after both must not end the local cloud.
    outgoing.on('error', () => {});
    outgoing.end(body);
    return (await once(outgoing, 'response'))[0];
  };
  return {
    open,
    send: async (ask) => {
      const response = await open(ask);
      return { status: response.statusCode ?? 502, headers: response.headers, body: await text(response) };
    },
    close: () => agent.destroy(),
  };
}
