import { RemovalPolicy } from 'aws-cdk-lib';

/** What becomes of things that hold records when the stack goes: kept, unless it was a trial. */
export function removal(trial: boolean): RemovalPolicy {
  return trial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}
