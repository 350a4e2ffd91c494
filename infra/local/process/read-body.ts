import type { IncomingMessage } from 'node:http';

/** The whole body, or `too_large` if it has more than `bytesMax`: it is read to its end then too, but not kept. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | 'too_large'> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    if (bytes <= bytesMax) parts.push(chunk);
  }
  return bytes > bytesMax ? 'too_large' : Buffer.concat(parts);
}
