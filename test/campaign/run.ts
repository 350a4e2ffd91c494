import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fetchReports } from '../../submit/fetch-reports.ts';
import { createGateway, type LimitIncrease } from '../../submit/gateway.ts';
import { createS3Client } from '../../submit/stack.ts';
import { uploadFile } from '../../submit/upload-file.ts';
import { cardLines, header } from '../bench/million/card-file.ts';
import { checkAgainstTruth } from './check-against-truth.ts';
import { type CampaignCloud, startCampaignCloud } from './cloud.ts';
import { type Kona, openKona } from './kona.ts';

export type Campaign = {
  readonly kona: Kona;
  readonly cloud: () => CampaignCloud;
  /** The part of the cards that is final, from 0 to 1. */
  readonly progress: () => Promise<number>;
  readonly restart: () => Promise<void>;
  readonly say: (what: string) => void;
};

/** Does harm while the file is under way. @returns what is wrong, in words. */
export type Harm = (campaign: Campaign) => Promise<readonly string[]>;

export type CampaignOptions = { readonly cards: number; readonly seed: number };

const corporations = 20;
const key = 'incoming/campaign/cards.csv';
const patienceMs = 1_800_000;

/** Sends a file, has harm done meanwhile, and holds every line of its reports against the truth. @returns what is wrong. */
export async function runCampaign({ cards, seed }: CampaignOptions, harm: Harm): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-campaign-'));
  const kona = await openKona();
  const dataDirectory = join(directory, 'data');
  const logDirectory = join(directory, 'logs');
  const site = { konaUrl: kona.url, secret: kona.secret, dataDirectory, logDirectory };
  let cloud = await startCampaignCloud(site);
  const lines = () => cardLines(cards, corporations, seed);
  const startedAt = Date.now();
  const say = (what: string) => console.log(`${((Date.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${what}`);

  async function find(): Promise<LimitIncrease | undefined> {
    const found = await createGateway(cloud.stack).find(key);
    return 'told' in found ? found.told : undefined;
  }
  async function progress(): Promise<number> {
    const { counts } = (await find()) ?? {};
    return counts === undefined || counts.total === 0 ? 0 : 1 - counts.open / counts.total;
  }
  async function restart(): Promise<void> {
    await cloud.kill();
    cloud = await startCampaignCloud(site);
  }
  async function untilReported(): Promise<string> {
    while (Date.now() - startedAt < patienceMs) {
      const { upload, counts } = (await find()) ?? {};
      if (upload?.reports !== undefined) return upload.reports;
      say(`${counts?.open ?? '?'} of ${counts?.total ?? '?'} cards are open`);
      await setTimeout(10_000);
    }
    throw new Error(`The file was not reported within ${patienceMs / 60_000} minutes.`);
  }

  try {
    const path = join(directory, 'cards.csv');
    await writeFile(path, [header, ...[...lines()].map(({ text }) => text), ''].join('\n'));
    const upload = createS3Client(cloud.stack);
    await uploadFile({ s3: upload, bucket: cloud.stack.uploadsBucket, key, body: createReadStream(path) });
    upload.destroy();
    say(`${cards} lines are uploaded`);
    const wrong = await harm({ kona, cloud: () => cloud, progress, restart, say });
    const prefix = await untilReported();
    const s3 = createS3Client(cloud.stack);
    await fetchReports({ s3, bucket: cloud.stack.uploadsBucket, prefix, path });
    s3.destroy();
    const checked = await checkAgainstTruth(lines(), path, await kona.named());
    say(
      `The report tells ${JSON.stringify(checked.statuses)}; the platform was asked ${(await kona.requests()).length} times`,
    );
    const violations = (await kona.violations()).map((violation) => `the platform saw ${JSON.stringify(violation)}`);
    return [...wrong, ...checked.wrong, ...violations];
  } finally {
    await cloud.kill();
    await kona.close();
    await rm(directory, { recursive: true, force: true });
  }
}
