import { setTimeout as pause } from 'node:timers/promises';
import { fetchReports } from '../../../submit/fetch-reports.ts';
import { follow } from '../../../submit/follow.ts';
import { createGateway, type LimitIncrease } from '../../../submit/gateway.ts';
import { createProgressBar, type Output } from '../../../submit/progress-bar.ts';
import { createS3Client, type Stack } from '../../../submit/stack.ts';
import { uploadFile } from '../../../submit/upload-file.ts';
import { uploadKeyOf } from '../../../submit/upload-key.ts';
import { verdictLines } from '../../../submit/verdict.ts';
import { cardsFile } from './cards-file.ts';
import type { Screen } from './screen.ts';
import type { createTruth } from './truth.ts';

export type FilesScene = {
  readonly stack: Stack;
  readonly truth: ReturnType<typeof createTruth>;
  readonly screen: Screen;
  /** Where the bar is drawn. */
  readonly output: Output;
  readonly clock: () => number;
  /** For the reports. */
  readonly directory: string;
};

/** The parts of `npm run submit`, one after the other. */
export async function submitFile({ stack, truth, screen, output, clock, directory }: FilesScene): Promise<void> {
  const { name, bytes, rows } = cardsFile;
  screen.heading(`6. A file from Excel: CP949, ${rows} rows, two corporations mixed, and rows that cannot be right`);
  const s3 = createS3Client(stack);
  const bucket = stack.uploadsBucket;
  const key = uploadKeyOf(name, { dryRun: false, now: clock(), randomHex: 'demo' });
  await uploadFile({ s3, bucket, key, body: bytes });
  screen.aside(`Uploaded as s3://${bucket}/${key}: any S3 client will do`);

  const bar = createProgressBar(output, clock);
  const patience = { everyMs: 100, patienceMs: 60_000 };
  let told: LimitIncrease | undefined;
  for await (const limitIncrease of follow({ gateway: createGateway(stack), clock, pause, ...patience }, key)) {
    bar.show(limitIncrease === undefined ? { stage: 'waiting' } : { stage: 'following', limitIncrease });
    told = limitIncrease;
  }
  bar.end();
  const prefix = told?.upload.reports;
  if (told === undefined || prefix === undefined) throw new Error('the file was followed to no end');
  for (const line of verdictLines(told)) screen.say(`  ${line}`);

  const { nextSteps } = await fetchReports({ s3, bucket, prefix, path: `${directory}/${name}` });
  s3.destroy();
  screen.aside(`summary.json, results.csv and rejected-rows.csv lie under s3://${bucket}/${prefix}. What to do next:`);
  for (const step of nextSteps) screen.say(`  - ${step}`);
  checkFigures(screen, told);
  const named = await Promise.all(cardsFile.good.map(({ par }) => truth.card(par)));
  screen.check(
    `each of the ${named.length} good cards is named in truth, for the corporation of its own row`,
    named.every(({ namedFor }, index) => namedFor?.bizLicenseNo === cardsFile.good[index]?.bizLicenseNo),
  );
}

function checkFigures(screen: Screen, { counts, progress }: LimitIncrease): void {
  const { rowsRead, rowsRejected, rowsRepeated } = progress;
  screen.check(
    `${cardsFile.rejected} bad rows cost only themselves, and the card that stood twice was asked for once`,
    rowsRead === cardsFile.rows && rowsRejected === cardsFile.rejected && rowsRepeated === cardsFile.repeated,
  );
  screen.check(
    'every other card is final',
    counts.open === 0 && counts.named === cardsFile.good.length && counts.notFound === cardsFile.notFound,
  );
}
