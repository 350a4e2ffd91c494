import * as z from 'zod';

// A CloudFormation template as CDK writes it. Strict on purpose: a condition, mapping or macro would change what the
// resources mean, so a template that has one must not be run as if it had none.

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
  Metadata: z.unknown().optional(),
});

export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
  /** CDK's own: the version of the bootstrap stack, which a deployment checks by a rule. No resource refers to it. */
  Parameters: z.unknown().optional(),
  Rules: z.unknown().optional(),
});

export type Template = z.infer<typeof templateSchema>;
