#!/usr/bin/env node
import { processIo } from './io.js';
import { main, tell } from './program.js';

const io = processIo();

process.on('uncaughtException', async (error) => {
  // A drill that is running listens too: it cures what it broke before it ends.
  if (process.listenerCount('uncaughtException') > 1) return;
  process.exit(await tell(io, error));
});

const code = await main(process.argv.slice(2), io);
// What is written last must not be cut off, and an idle connection must not keep the process.
const lost = await io.drain();
if (lost !== null) {
  const { tellLoss } = await import('./failure.js');
  process.exit(tellLoss(io, lost, code));
}
process.exit(code);
