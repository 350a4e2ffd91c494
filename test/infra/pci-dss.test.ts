import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { PCIDSS321Checks } from 'cdk-nag';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createApp } from './synthesis.ts';

// The pages for reviewers are true to the code: what they point to is there, what they list is found.

const root = join(import.meta.dirname, '../..');
const pageOf = (name: string): string => readFileSync(join(root, 'infra', name), 'utf8');
const report = z.object({
  pluginReports: z.array(
    z.object({ pluginName: z.string(), violations: z.array(z.object({ ruleName: z.string() })).default([]) }),
  ),
});

/** What the rule pack finds, of which there is none for a later version. */
function brokenRules(context: object): string[] {
  const { app, outdir } = createApp({ konaBaseUrl: 'https://kona.example', ...context });
  Validations.of(app).addPlugins(new PCIDSS321Checks(app));
  expect(() => app.synth()).toThrow('PCI.DSS.321');
  const { pluginReports } = report.parse(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')));
  const own = pluginReports.filter(({ pluginName }) => pluginName === 'PCI.DSS.321');
  return [...new Set(own.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName)))].sort();
}

it('lists every rule of the pack for PCI DSS that the stack breaks, always or with an address of its own, and no other', () => {
  const rows = [...pageOf('PCI-DSS.md').matchAll(/^\| `(PCI\.DSS[^`]+)` \| (always|`fixedEgressIp`) \|/gm)];
  const listed = (when: string) => rows.filter((row) => row[2] === when).map(([, rule]) => rule);
  expect(listed('always').sort()).toEqual(brokenRules({ alarmEmail: 'on-call@corp.example' }));
  expect(listed('`fixedEgressIp`')).toEqual(
    brokenRules({ fixedEgressIp: true }).filter((rule) => !listed('always').includes(rule)),
  );
});

it.each(['PCI-DSS.md', 'CDK-NAG.md'])('points in %s to files that are there', (name) => {
  const page = pageOf(name);
  const paths = [...page.matchAll(/`((?:infra|functions|shared|test)\/[\w./-]+|[\w-]+\.(?:json|md))`/g)];
  const links = [...page.matchAll(/\]\((?!https:)([^)#]+)/g)];
  const pointed = [...paths.map(([, path = '']) => path), ...links.map(([, path = '']) => join('infra', path))];
  expect(pointed).not.toEqual([]);
  expect(pointed.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it.each([
  ['README.md', 'infra/PCI-DSS.md'],
  ['infra/PCI-DSS.md', 'CDK-NAG.md'],
  ['infra/CDK-NAG.md', 'PCI-DSS.md'],
])('leads a reviewer of %s to %s', (from, to) => {
  expect(readFileSync(join(root, from), 'utf8')).toContain(`](${to})`);
});
