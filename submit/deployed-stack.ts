import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SubmitFault, textOf } from './fault.ts';
import type { Stack } from './stack.ts';

/** A stack by the outputs of its CloudFormation stack. @throws SubmitFault if it cannot be read, or is another's. */
export async function readDeployedStack(cloudFormation: CloudFormationClient, stackName: string): Promise<Stack> {
  const { config } = cloudFormation;
  const outputs = await outputsOf(cloudFormation, stackName);
  const output = (name: string) => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new SubmitFault(`The stack ${stackName} has no output ${name}: it is another, or an older version. ${not}`);
    return value;
  };
  return {
    apiUrl: output('apiUrl'),
    uploadsBucket: output('uploadsBucket'),
    region: await config.region(),
    credentials: config.credentials,
  };
}

async function outputsOf(cloudFormation: CloudFormationClient, stackName: string): Promise<Map<string, string>> {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs);
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    throw new SubmitFault(`The stack ${stackName} cannot be read from CloudFormation (${textOf(error)}). ${not}`);
  }
}

const not = 'Nothing was uploaded.';
