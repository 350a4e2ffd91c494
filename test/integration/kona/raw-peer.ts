import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { onTestFinished } from 'vitest';

// A peer that speaks HTTP by hand, so that it can misbehave on the wire in ways that an HTTP server would not allow.

export type ReceivedRequest = { readonly head: string; readonly body: Buffer; readonly correlationId: string };

/** What the peer does once it has read a whole request; `nth` counts from 1 over all its connections. */
export type Behaviour = (socket: net.Socket, request: ReceivedRequest, nth: number) => void;

export type Peer = {
  readonly port: number;
  readonly requests: ReceivedRequest[];
  /** Bytes that came in any connection, above TLS. */
  readonly bytesReceived: () => number;
  readonly connections: () => number;
  /** Resolves once no connection is open. */
  readonly allClosed: () => Promise<void>;
};

type Certificate = { readonly key: string; readonly cert: string };

/** A self-signed certificate for the given subject alternative name (`IP:127.0.0.1`). */
export function aCertificate(alternativeName: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'kona-tls-'));
  try {
    const subject = ['-subj', '/CN=kona test', '-addext', `subjectAltName=${alternativeName}`];
    const out = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert'), '-days', '2', '-nodes'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...out], { stdio: 'pipe' });
    return { key: readFileSync(join(folder, 'key'), 'utf8'), cert: readFileSync(join(folder, 'cert'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Listens until the test ends. With `tlsOptions` it speaks TLS. */
export async function startPeer(behave: Behaviour, tlsOptions?: tls.TlsOptions): Promise<Peer> {
  const requests: ReceivedRequest[] = [];
  let bytesReceived = 0;

  const talk = (socket: net.Socket): void => {
    let unread: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      bytesReceived += piece.length;
      unread = Buffer.concat([unread, piece]);
      const request = wholeRequest(unread);
      if (request === undefined) return;
      unread = Buffer.alloc(0);
      requests.push(request);
      behave(socket, request, requests.length);
    });
  };

  const server = tlsOptions === undefined ? net.createServer(talk) : tls.createServer(tlsOptions, talk);
  server.on('tlsClientError', () => undefined);
  return { requests, bytesReceived: () => bytesReceived, ...(await listen(server)) };
}

/** A peer that accepts connections and hands them over unread. */
export async function startListener(
  onConnection: (socket: net.Socket) => void,
): Promise<Omit<Peer, 'requests' | 'bytesReceived'>> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  return listen(server);
}

/** A port on which nobody listens. */
export async function aClosedPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: net.Server) {
  const open = new Set<net.Socket>();
  const waiting: (() => void)[] = [];
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) for (const tell of waiting.splice(0)) tell();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    port: portOf(server),
    connections: () => connections,
    allClosed: () => (open.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
  };
}

function portOf(server: net.Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function wholeRequest(bytes: Buffer): ReceivedRequest | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString('latin1');
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const body = bytes.subarray(end + 4);
  const correlationId = /^x-km-correlation-id: (.*)$/im.exec(head)?.[1] ?? '';
  return body.length < length ? undefined : { head, body, correlationId };
}
