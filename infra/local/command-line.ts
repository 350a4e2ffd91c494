import { parseArgs } from 'node:util';

export type StartOptions = {
  /** As `-c key=value`, as often as needed, as the CDK command takes it. */
  readonly context: Readonly<Record<string, string>>;
  /** `--data DIRECTORY`: what is kept from one start to the next; absent: nothing is. */
  readonly dataDirectory: string | undefined;
};

/** @throws Error for anything else than these options. */
export function startOptionsOf(args: readonly string[]): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      context: { type: 'string', short: 'c', multiple: true, default: [] },
      data: { type: 'string' },
    },
  });
  const settings = values.context.map((setting) => {
    const equals = setting.indexOf('=');
    if (equals < 1) throw new Error(`-c takes key=value, not ${setting}`);
    return [setting.slice(0, equals), setting.slice(equals + 1)];
  });
  return { context: Object.fromEntries(settings), dataDirectory: values.data };
}
