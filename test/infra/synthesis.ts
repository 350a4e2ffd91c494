import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import * as z from 'zod';
import { createGatewayApp } from '../../infra/gateway-app.ts';

// What `cdk synth` makes, in process: with the context of cdk.json, as the CLI would give it.

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });
const { context: featureFlags } = cdkJson.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')),
);

const strings = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statement = z.object({
  Effect: z.string(),
  Action: strings,
  Resource: z.unknown(),
  Condition: z.unknown().optional(),
});
const resourceSchema = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const policyDocument = z.object({ Statement: z.array(statement) });
const getAtt = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const ref = z.object({ Ref: z.string() });

const lambdaFunction = z.object({
  Properties: z.object({
    Code: z.object({ S3Key: z.string() }),
    Handler: z.string(),
    Environment: z.object({
      Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }).catchall(z.union([z.string(), ref])),
    }),
    Role: getAtt,
    LoggingConfig: z.object({ LogGroup: ref }),
  }),
});
const role = z.object({ Properties: z.object({ Policies: z.array(z.object({ PolicyDocument: policyDocument })) }) });
const attachedPolicy = z.object({ Properties: z.object({ PolicyDocument: policyDocument, Roles: z.array(ref) }) });

export type Statement = z.output<typeof statement>;

/** One deployable function as the template has it: what it is, what it is told and what it may do. */
export type SynthesizedFunction = {
  readonly logicalId: string;
  readonly roleId: string;
  readonly logGroupId: string;
  readonly statements: readonly Statement[];
  /** With a made-up text where the template refers to another resource. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that holds the handler, if it was bundled. */
  readonly bundle: string;
};

/** The app before it is synthesized. @param bundle whether the functions are bundled too: seconds, against a moment. */
export function createApp(context: Record<string, unknown>, { bundle = false } = {}) {
  const noBundling = bundle ? {} : { 'aws:cdk:bundling-stacks': [] };
  const outdir = mkdtempSync(join(inject('assemblies'), 'infra-'));
  return { ...createGatewayApp({ context: { ...featureFlags, ...noBundling, ...context }, outdir }), outdir };
}

export function synthesize(context: Record<string, unknown>, options: { readonly bundle?: boolean } = {}) {
  const { app, stack } = createApp(context, options);
  const { directory } = app.synth();
  const template = Template.fromStack(stack);

  const functionNamed = (name: string): SynthesizedFunction => {
    const found = Object.entries(template.findResources('AWS::Lambda::Function'));
    const functions = found.map(([logicalId, resource]) => ({
      logicalId,
      ...lambdaFunction.parse(resource).Properties,
    }));
    const own = functions.filter(({ Environment }) => Environment.Variables.POWERTOOLS_SERVICE_NAME === name);
    const [only, ...others] = own;
    if (only === undefined || others.length > 0) throw new Error(`${own.length} functions are called ${name}`);
    const roleId = only.Role['Fn::GetAtt'][0];
    const variables = Object.entries(only.Environment.Variables);
    return {
      logicalId: only.logicalId,
      roleId,
      logGroupId: only.LoggingConfig.LogGroup.Ref,
      statements: statementsOf(template, roleId),
      env: Object.fromEntries(variables.map(([key, value]) => [key, typeof value === 'string' ? value : value.Ref])),
      bundle: join(directory, `asset.${only.Code.S3Key.replace(/\.zip$/, '')}`, 'index.mjs'),
    };
  };
  const guardedFromDeletion = stack.terminationProtection ?? false;
  return { template, functionNamed, guardedFromDeletion, assembly: directory, stack };
}

/** Every resource of a template, with its logical ID. */
export function resourcesOf(template: Template) {
  const { Resources } = z.object({ Resources: z.record(z.string(), resourceSchema) }).parse(template.toJSON());
  return Object.entries(Resources).map(([logicalId, resource]) => ({ logicalId, ...resource }));
}

function statementsOf(template: Template, roleId: string): Statement[] {
  const inline = role.parse(template.findResources('AWS::IAM::Role')[roleId]).Properties.Policies;
  const attached = Object.values(template.findResources('AWS::IAM::Policy'))
    .map((resource) => attachedPolicy.parse(resource).Properties)
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === roleId));
  return [...inline, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
