import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { WorkQueue } from './constructs/work-queue.ts';

/** Lambda's longest: a million cards are read, or their report is written, in one go or in few. */
export const ingestTimeoutSeconds = 900;
/** Time for a chunk whose cards are asked for one by one, as far as that goes; what is left has a bell of its own. */
export const settleTimeoutSeconds = 300;
export const reportTimeoutSeconds = 900;

export type FileQueues = { readonly uploads: WorkQueue; readonly chunks: WorkQueue; readonly reports: WorkQueue };

/** The doorbells of the functions that deal with files: what is to be done, the ledger tells. */
export function createFileQueues(scope: Construct, alarmTopic: ITopic | undefined): FileQueues {
  const uploads = new WorkQueue(scope, 'UploadsQueue', {
    name: 'uploads',
    workerTimeoutSeconds: ingestTimeoutSeconds,
    // A message that a function failed on is seen again after an hour and a half.
    patienceHours: 2,
    deadLettersImpact: 'A file may never have been read, or not to its end. It stands in the bucket, unharmed.',
    waitingImpact: 'Files are read later than they were uploaded; none is lost.',
    alarmTopic,
  });
  const chunks = new WorkQueue(scope, 'ChunksQueue', {
    name: 'chunks',
    workerTimeoutSeconds: settleTimeoutSeconds,
    // A million cards are 10,000 chunks: with calls that take their whole 10 s, five at once need five and a half hours.
    patienceHours: 6,
    deadLettersImpact: 'Nothing is lost: the chunk stands in the ledger, and the reconciler settles it once it is due.',
    waitingImpact: 'Cards of files stay open longer than they have to; none is lost.',
    alarmTopic,
  });
  const reports = new WorkQueue(scope, 'ReportsQueue', {
    name: 'reports',
    workerTimeoutSeconds: reportTimeoutSeconds,
    patienceHours: 2,
    deadLettersImpact: 'A report is not written yet. Its cards are settled, and the reconciler goes on ringing for it.',
    waitingImpact: 'Reports are written later than their cards are settled.',
    alarmTopic,
  });
  return { uploads, chunks, reports };
}

/** As the environments of the functions name them. */
export function urlsOf({ uploads, chunks, reports }: FileQueues) {
  return {
    uploadsQueueUrl: uploads.queue.queueUrl,
    chunksQueueUrl: chunks.queue.queueUrl,
    reportsQueueUrl: reports.queue.queueUrl,
  };
}
