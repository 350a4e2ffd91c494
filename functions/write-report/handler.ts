import { requestMessageSchema } from '../../shared/bells/messages.ts';
import { loadWriteReportConfig } from '../../shared/config/environment.ts';
import { queueFunction } from '../../shared/lambda/queue-function.ts';
import { createWriteReport } from '../../shared/limit-increase/write-report.ts';
import { createReportingDeps } from '../file-dependencies.ts';

const deps = createReportingDeps(loadWriteReportConfig(process.env));
const writeReport = createWriteReport(deps);

export const handler = queueFunction(deps, {
  message: requestMessageSchema,
  handle: async ({ requestId }, deadline) => {
    await writeReport(requestId, deadline);
  },
});
