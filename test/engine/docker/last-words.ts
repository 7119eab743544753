import { whyNoEngine } from './engine-here.js';

/** Says after the summary that the Docker part was skipped, and what to do about it. */
export default async function setup(): Promise<() => void> {
  const missing = await whyNoEngine();
  return () => {
    if (missing !== null) console.log(`\n The Docker part of the tests was not run: ${missing}\n`);
  };
}
