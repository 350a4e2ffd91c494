import * as z from 'zod';

/** A project's keys as the simulator holds them. An inactive access key is refused like an unknown one. */
export const credentialsSchema = z.strictObject({
  aspId: z.string().length(15),
  accessKey: z.string().length(40),
  secretKey: z.string().min(1),
  active: z.boolean().default(true),
});
export type Credentials = z.input<typeof credentialsSchema>;

/** What the simulator accepts until it is told otherwise. Opens nothing anywhere else. */
export const simulatedCredentials = {
  aspId: 'SIMULATOR000001',
  accessKey: 'simulated-access-key-that-opens-nothing0',
  secretKey: 'simulated-secret-that-guards-nothing',
} as const satisfies Credentials;
