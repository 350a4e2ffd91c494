import { buildApp } from 'fauxqs';

export type FilesEmulator = { readonly endpoint: string; readonly close: () => Promise<void> };

/**
 * Starts S3 and SQS, empty and in memory. It is built and opened apart, since fauxqs itself would listen on every
 * address of the machine.
 */
export async function startFilesEmulator(region: string): Promise<FilesEmulator> {
  const app = buildApp({ logger: false, defaultRegion: region });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    endpoint,
    close: async () => {
      await app.close();
    },
  };
}
