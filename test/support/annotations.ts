import { App } from 'aws-cdk-lib';

/** Ids of the warnings that this library has for an app, in the order of its constructs. */
export function warningsOf(app: App): string[] {
  return messagesOf(app).map((text) => /cdk-graviton-fleet:([\w:.]+)/.exec(text)?.[1] ?? text);
}

/** The warnings for an app, in the order of its constructs. */
export function messagesOf(app: App): string[] {
  app.synth();
  const metadata = app.node.findAll().flatMap(({ node }) => node.metadata);
  return metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
}
