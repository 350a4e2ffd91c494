// What the AWS SDK's default chain of credential sources stands for in a bundle. Lambda hands credentials over in the
// environment and nowhere else; the chain brings SSO, STS, profiles and more along, a fifth of a bundle.
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
