import { Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { resourcesOf, synthesize } from './synthesis.ts';

const konaBaseUrl = 'https://kona.example';
const plain = synthesize({ konaBaseUrl });
const { template, functionNamed } = synthesize({ konaBaseUrl, fixedEgressIp: true });
const callers = ['request-limit-increase', 'settle-chunk', 'reconcile'];
const idsOf = (type: string): string[] => Object.keys(template.findResources(type));

it('adds a network and changes nothing else but the functions that call KONA PLATE, and their roles', () => {
  const before = new Map(resourcesOf(plain.template).map((resource) => [resource.logicalId, resource]));
  const after = new Map(resourcesOf(template).map((resource) => [resource.logicalId, resource]));
  const changed = [...before].filter(([id, resource]) => JSON.stringify(after.get(id)) !== JSON.stringify(resource));
  expect(changed.map(([id]) => id).sort()).toEqual(
    callers
      .map(functionNamed)
      .flatMap(({ logicalId, roleId }) => [logicalId, roleId])
      .sort(),
  );
  const added = [...after.keys()].filter((id) => !before.has(id));
  expect(added.filter((id) => !id.startsWith('Egress'))).toEqual([]);
});

it('lets the calls leave through one address, which it tells, and which outlives the stack', () => {
  const [address] = idsOf('AWS::EC2::EIP');
  expect([idsOf('AWS::EC2::EIP').length, idsOf('AWS::EC2::NatGateway').length]).toEqual([1, 1]);
  template.hasResourceProperties('AWS::EC2::NatGateway', {
    AllocationId: { 'Fn::GetAtt': [address, 'AllocationId'] },
  });
  template.hasOutput('egressIp', { Value: { Ref: address } });
  template.hasResource('AWS::EC2::EIP', { DeletionPolicy: 'RetainExceptOnCreate' });
});

it('puts only the functions that call KONA PLATE into it, in private subnets of two zones', () => {
  const network = z.object({
    SubnetIds: z.array(z.object({ Ref: z.string() })),
    SecurityGroupIds: z.array(z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('GroupId')]) })),
  });
  const inside = resourcesOf(template).filter(({ Properties }) => Properties['VpcConfig'] !== undefined);
  expect(inside.map(({ logicalId }) => logicalId).sort()).toEqual(
    callers.map((name) => functionNamed(name).logicalId).sort(),
  );
  for (const { Properties } of inside) {
    const { SubnetIds, SecurityGroupIds } = network.parse(Properties['VpcConfig']);
    const subnets = resourcesOf(template).filter(({ logicalId }) => SubnetIds.some(({ Ref }) => Ref === logicalId));
    const zones = subnets.map(({ Properties: { AvailabilityZone } }) => AvailabilityZone);
    expect(zones).toEqual([0, 1].map((zone) => ({ 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] })));
    expect(JSON.stringify(subnets)).not.toContain('"Public"');
    expect(SecurityGroupIds.map(({ 'Fn::GetAtt': [id] }) => id)).toEqual(idsOf('AWS::EC2::SecurityGroup'));
  }
});

it('lets nothing in, and out only what goes to port 443', () => {
  const out = Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [out],
    SecurityGroupIngress: Match.absent(),
  });
  expect(idsOf('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  const elsewhere = synthesize({ konaBaseUrl: 'https://kona.example:8443', fixedEgressIp: true });
  elsewhere.template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [out, Match.objectLike({ FromPort: 8443, ToPort: 8443 })],
  });
});

it('reaches the ledger without the NAT gateway', () => {
  const routed = z.array(z.object({ Ref: z.string().startsWith('EgressNetworkFunctionsSubnet') })).length(2);
  const [endpoint] = resourcesOf(template).filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
  expect(endpoint?.Properties).toMatchObject({
    VpcEndpointType: 'Gateway',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.dynamodb']] },
  });
  expect(routed.safeParse(endpoint?.Properties['RouteTableIds']).error).toBeUndefined();
});

it('reaches no other table that way, and for nobody of another account', () => {
  const ledger = { 'Fn::GetAtt': [idsOf('AWS::DynamoDB::Table')[0], 'Arn'] };
  const [endpoint] = resourcesOf(template).filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint');
  expect(endpoint?.Properties['PolicyDocument']).toMatchObject({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'dynamodb:*',
        Resource: [ledger, { 'Fn::Join': ['', [ledger, '/index/*']] }],
        Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  });
});

it('gives no machine an address of its own, in any subnet', () => {
  const subnets = resourcesOf(template).filter(({ Type }) => Type === 'AWS::EC2::Subnet');
  expect(subnets.map(({ Properties }) => Properties['MapPublicIpOnLaunch'])).toEqual([false, false, false, false]);
});

it('logs the flows, encrypted and not for ever', () => {
  const [key] = idsOf('AWS::KMS::Key');
  const [flows] = idsOf('AWS::Logs::LogGroup').filter((id) => id.startsWith('EgressNetwork'));
  template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', LogGroupName: { Ref: flows } });
  const { Properties: properties } = resourcesOf(template).find(({ logicalId }) => logicalId === flows) ?? {};
  expect(properties).toMatchObject({ KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] }, RetentionInDays: 180 });
  const [writer] = resourcesOf(template).filter(({ logicalId }) => logicalId.startsWith('EgressNetworkFlowLogsRole'));
  expect(writer?.Properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  });
});

it('lets Lambda attach the functions, and denies the same to their code', () => {
  for (const name of callers) {
    const [attach, deny, ...more] = functionNamed(name).statements.filter(({ Action }) =>
      Action[0]?.startsWith('ec2:'),
    );
    expect(more).toEqual([]);
    expect(attach).toMatchObject({ Effect: 'Allow', Resource: '*' });
    expect(attach?.Action).toContain('ec2:CreateNetworkInterface');
    expect(deny).toEqual({
      ...attach,
      Effect: 'Deny',
      Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    });
  }
  for (const name of ['query-ledger', 'redrive', 'ingest-upload', 'write-report', 'announce-settled'])
    expect(JSON.stringify(functionNamed(name).statements)).not.toContain('ec2:');
});

it('asks nobody for zones or addresses: it synthesizes for any account and region', () => {
  expect(JSON.stringify(template.toJSON())).not.toMatch(/dummy|12345|us-east-1/);
});
