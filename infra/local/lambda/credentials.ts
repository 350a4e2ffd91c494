import { createHash } from 'node:crypto';
import type { FunctionSpec } from '../template/stack.ts';

/** Distinct for each function, so that a door can tell who calls. They open nothing outside this machine. */
export function credentialsOf({ name }: Pick<FunctionSpec, 'name'>): { accessKeyId: string; secretAccessKey: string } {
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  return {
    accessKeyId: `ASIA${digest(name).slice(0, 16).toUpperCase()}`,
    secretAccessKey: `local-${digest(`secret of ${name}`).slice(0, 32)}`,
  };
}
