import { ConfigError } from '../shared/config/config-error.ts';
import { createGatewayApp } from './gateway-app.ts';

try {
  createGatewayApp().app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  // The operator's own fault needs no stack trace.
  console.error(error.message);
  process.exitCode = 1;
}
