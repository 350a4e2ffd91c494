import { join } from 'node:path';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';

export const projectRoot = join(import.meta.dirname, '..');
const bundled = join(import.meta.dirname, 'bundled');

/** What stands in a bundle for a module that would bring more along than is needed. Each says why. */
export const bundledInstead = {
  'node:http': join(bundled, 'http.cjs'),
  '@aws-sdk/credential-provider-node': join(bundled, 'credentials.ts'),
};

/**
 * One ES module a function, everything inside: the AWS SDK too, so that what was tested is what runs, whatever the
 * runtime brings along. Names stay, blanks go: a stack trace in a log tells its function without a source map.
 */
export const bundling: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  mainFields: ['module', 'main'],
  externalModules: [],
  logLevel: LogLevel.WARNING,
  esbuildArgs: {
    ...{ '--minify-whitespace': true, '--minify-syntax': true, '--legal-comments': 'none' },
    ...Object.fromEntries(Object.entries(bundledInstead).map(([name, path]) => [`--alias:${name}`, path])),
  },
};
