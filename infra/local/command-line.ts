import { parseArgs } from 'node:util';

/** `-c key=value`, as often as needed, as the CDK command takes it. @throws Error for anything else. */
export function contextOf(args: readonly string[]): Record<string, string> {
  const { values } = parseArgs({
    args: [...args],
    options: { context: { type: 'string', short: 'c', multiple: true, default: [] } },
  });
  return Object.fromEntries(
    values.context.map((setting) => {
      const equals = setting.indexOf('=');
      if (equals < 1) throw new Error(`-c takes key=value, not ${setting}`);
      return [setting.slice(0, equals), setting.slice(equals + 1)];
    }),
  );
}
