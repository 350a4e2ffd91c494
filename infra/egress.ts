import { Aws, CfnOutput } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { removalOnceDeployed } from './removal.ts';

// Functions that reach the world from one address that stays. They alone live in this network; nothing comes in.

export type Egress = {
  readonly vpc: IVpc;
  readonly vpcSubnets: SubnetSelection;
  readonly securityGroups: ISecurityGroup[];
};

const functionSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };

type ReachedTable = { readonly tableArn: string };

export type EgressProps = {
  readonly konaBaseUrl: string;
  readonly key: IKey;
  readonly table: ReachedTable;
  readonly logRetentionDays: number;
  readonly trial: boolean;
};

/** Tells the address as the output `egressIp`. One NAT gateway: if its zone fails, calls wait, and none is lost. */
export function createEgress(scope: Construct, props: EgressProps): Egress {
  const address = new CfnEIP(scope, 'EgressIp', { domain: 'vpc' });
  // KONA was told this address: a setting that is switched off by mistake must not give it away.
  address.applyRemovalPolicy(removalOnceDeployed(props.trial));
  const network = new Vpc(scope, 'EgressNetwork', {
    maxAzs: 2,
    natGateways: 1,
    natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
    subnetConfiguration: [
      { name: 'Nat', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
      { name: 'Functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 },
    ],
    // Nothing is in the default group. To empty it, CDK would add a function that may rewrite security groups.
    restrictDefaultSecurityGroup: false,
  });
  const { DYNAMODB: service } = GatewayVpcEndpointAwsService;
  const endpoint = network.addGatewayEndpoint('DynamoDb', { service, subnets: [functionSubnets] });
  endpoint.addToPolicy(onlyToLedger(props.table));
  // The same object: Vpc says of an optional property what IVpc, read exactly, does not.
  const vpc = network as IVpc;
  logFlows(vpc, props);
  const securityGroup = new SecurityGroup(vpc, 'FunctionsSecurityGroup', {
    vpc,
    description: 'To KONA PLATE and AWS, over TLS; nothing comes in',
    allowAllOutbound: false,
  });
  for (const port of new Set([443, Number(new URL(props.konaBaseUrl).port || 443)]))
    securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(port), 'KONA PLATE and AWS');
  new CfnOutput(scope, 'egressIp', { value: address.ref });
  return { vpc, vpcSubnets: functionSubnets, securityGroups: [securityGroup] };
}

/** No other table is reached this way, whoever's it is. What is done with this one, the roles of the functions say. */
function onlyToLedger({ tableArn }: ReachedTable): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: ['dynamodb:*'],
    resources: [tableArn, `${tableArn}/index/*`],
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  });
}

/** Who spoke with whom, packet headers only. */
function logFlows(vpc: IVpc, { key, logRetentionDays, trial }: EgressProps): void {
  const logGroup = new LogGroup(vpc, 'FlowLogs', {
    retention: logRetentionDays,
    encryptionKey: key,
    removalPolicy: removalOnceDeployed(trial),
  });
  const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
  const role = new Role(vpc, 'FlowLogsRole', {
    assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', { conditions }),
  });
  vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup, role) });
}

/** What Lambda does in a function's name to attach it to the network, and what the function's own code may not do. */
export function attachToNetwork(): PolicyStatement[] {
  const actions = [
    'ec2:AssignPrivateIpAddresses',
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:UnassignPrivateIpAddresses',
  ];
  return [
    new PolicyStatement({ actions, resources: ['*'] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      // Only what the code asks for carries the ARN of its function.
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}
