#!/usr/bin/env node
import { main } from './cli/main.js';
import { endStatus, outliveReaders } from './cli/output.js';

const whyUntold = outliveReaders();
process.exitCode = await endStatus(await main(process.argv.slice(2)), whyUntold);
