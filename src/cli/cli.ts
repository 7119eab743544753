#!/usr/bin/env node
import { processIo } from './io.js';
import { main } from './program.js';

const io = processIo();
const code = await main(process.argv.slice(2), io);
// What is written last must not be cut off, and an idle connection must not keep the process.
await io.drain();
process.exit(code);
