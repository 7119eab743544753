import { connect } from '../../../src/engine/docker/connect.js';
import { hostFromEnvironment } from '../../../src/engine/docker/docker.js';

/** Where the tests look for an engine, as the command line does. */
export const dockerHost = hostFromEnvironment(process.env);

/** Why there is no engine for the tests and what to do about it, as one line; null when one answers. */
export async function whyNoEngine(): Promise<string | null> {
  return connect(dockerHost, false).then(
    () => null,
    ({ message, remedy }: Error & { remedy?: string }) => `${message}. ${remedy ?? ''}`.trim(),
  );
}
