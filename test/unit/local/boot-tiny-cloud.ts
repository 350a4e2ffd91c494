import { startTinyCloud } from './tiny-cloud.ts';

// Boots a tiny cloud in a process of its own, tells where things are, and stays until it is killed.

const { cloud, assembly, see } = await startTinyCloud();
const { pid } = await see('subject');
process.stdout.write(`${JSON.stringify({ assembly, functionPid: pid, dynamodb: cloud.dynamodbEmulatorEndpoint })}\n`);
setInterval(() => {}, 60_000);
