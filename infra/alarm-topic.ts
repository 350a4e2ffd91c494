import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmsOfStack } from './constructs/gateway-alarm.ts';

export type AlarmTopicProps = { readonly key: IKey; readonly email: string };

/** Leads alarms to an e-mail address. AWS writes to it first: nothing arrives until that is confirmed. */
export function createAlarmTopic(scope: Construct, { key, email }: AlarmTopicProps): Topic {
  const topic = new Topic(scope, 'AlarmTopic', {
    displayName: 'Kona Corporate Limit Gateway: alarms',
    masterKey: key,
    enforceSSL: true,
  });
  // With a policy of its own a topic loses the one by which the account's services may publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: alarmsOfStack(scope),
    }),
  );
  const subscription = new Subscription(topic, 'Email', {
    topic,
    endpoint: email,
    protocol: SubscriptionProtocol.EMAIL,
  });
  Validations.of(subscription).acknowledge({
    id: 'Serverless::Serverless-SNSRedrivePolicy',
    reason:
      'An e-mail that cannot be delivered is no work to be done again: the alarm and its history stand in CloudWatch.',
  });
  return topic;
}
