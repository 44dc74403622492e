#!/usr/bin/env node
// The way into a checkout, before anything is installed or built: `npm run lab`, `npm test`, `npm run bench` and
// `npm run build` all start here. This file keeps to syntax that old Node versions can parse, so that they are refused
// with a sentence instead of a syntax error; everything else lives in checkout/.
import { readFileSync } from 'node:fs';
import { explainOldNode } from './checkout/old-node.mjs';

/** @type {unknown} */
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const { engines } = /** @type {{engines: {node: string}}} */ (manifest);
const refusal = explainOldNode(engines.node, process.versions.node);
if (refusal === undefined) {
  import('./checkout/commands.mjs')
    .then(({ runCheckout }) => runCheckout(process.argv.slice(2)))
    .then((status) => {
      if (status !== undefined) process.exitCode = status;
    })
    .catch((/** @type {unknown} */ thrown) => {
      console.error(thrown);
      process.exitCode = 3;
    });
} else {
  console.error(refusal);
  process.exitCode = 3;
}
