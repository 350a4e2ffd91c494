import { App, type AppProps } from 'aws-cdk-lib';
import { readSettings } from '../shared/config/settings.ts';
import { GatewayStack } from './gateway-stack.ts';

/**
 * The CDK app, of any account and region: synthesis asks nobody and needs no network.
 * @throws ConfigError where the context does not make settings.
 */
export function createGatewayApp(props: AppProps = {}): { app: App; stack: GatewayStack } {
  const app = new App({ analyticsReporting: false, ...props });
  const settings = readSettings(app.node.getAllContext());
  const stack = new GatewayStack(app, 'KonaCorporateLimitGateway', { settings });
  return { app, stack };
}
