import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type GatewaySettings, readSettings } from '../shared/config/settings.ts';
import { GatewayStack } from './gateway-stack.ts';

/**
 * The CDK app, of any account and region: synthesis asks nobody and needs no network.
 * Synthesis fails where a rule of AWS Solutions or Serverless is broken and not acknowledged, with its reason, beside
 * what breaks it.
 * @throws ConfigError where the context does not make settings.
 */
export function createGatewayApp(props: AppProps = {}): { app: App; stack: GatewayStack } {
  const app = new App({ analyticsReporting: false, ...props });
  const settings = readSettings(app.node.getAllContext());
  const stack = new GatewayStack(app, stackNameOf(settings), { settings });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { app, stack };
}

/**
 * A trial is a stack beside the one in earnest: deploying or destroying it cannot touch that one's records. No hyphen
 * stands between the words: what is granted on the names that begin with `KonaCorporateLimitGateway-` is none of the trial's.
 */
function stackNameOf({ trial }: GatewaySettings): string {
  return trial ? 'KonaCorporateLimitGatewayTrial' : 'KonaCorporateLimitGateway';
}
