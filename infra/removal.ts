import { RemovalPolicy } from 'aws-cdk-lib';

/** What becomes of things that hold records when the stack goes: kept, unless it was a trial. */
export function removal(trial: boolean): RemovalPolicy {
  return trial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}

/**
 * The same of things that are of no worth yet when the very deployment that creates them fails, and that nothing else
 * needs: those go. The table and the bucket are none of them, nor the key that both need as long as they stand.
 */
export function removalOnceDeployed(trial: boolean): RemovalPolicy {
  return trial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
