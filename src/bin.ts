#!/usr/bin/env node
import { main } from './cli/main.js';
import { outliveReaders } from './cli/output.js';

outliveReaders();
process.exitCode = await main(process.argv.slice(2));
