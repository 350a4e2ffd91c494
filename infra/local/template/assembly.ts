import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type Template, templateSchema } from './template.ts';

/** What `cdk synth` leaves behind, as far as it is read here: one stack, and where the bundles of its functions lie. */
export type Assembly = {
  readonly stackName: string;
  readonly template: Template;
  /** The directory that would be zipped and uploaded under this S3 key. */
  readonly assetDirectory: (objectKey: string) => string;
};

const manifestSchema = z.object({
  artifacts: z.record(z.string(), z.object({ type: z.string(), properties: z.unknown().optional() })),
});
const stackSchema = z.object({ templateFile: z.string() });
const assetManifestSchema = z.object({ file: z.string() });
const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** @throws Error if the directory holds no cloud assembly, or one of more than a single stack. */
export async function readAssembly(directory: string): Promise<Assembly> {
  const read = async <T>(file: string, schema: z.ZodType<T>) =>
    schema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')));
  const { artifacts } = await read('manifest.json', manifestSchema);
  const ofType = (type: string) => Object.entries(artifacts).filter(([, artifact]) => artifact.type === type);
  const stacks = ofType('aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1)
    throw new Error(`The local cloud runs one stack; the assembly has ${stacks.length}.`);

  const paths = new Map<string, string>();
  for (const [, { properties }] of ofType('cdk:asset-manifest')) {
    const { files } = await read(assetManifestSchema.parse(properties).file, assetsSchema);
    for (const { source, destinations } of Object.values(files))
      for (const { objectKey } of Object.values(destinations)) paths.set(objectKey, join(directory, source.path));
  }
  return {
    stackName: stack[0],
    template: await read(stackSchema.parse(stack[1].properties).templateFile, templateSchema),
    assetDirectory: (objectKey) => {
      const path = paths.get(objectKey);
      if (path === undefined) throw new Error(`The assembly has no asset ${objectKey}.`);
      return path;
    },
  };
}
