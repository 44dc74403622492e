#!/usr/bin/env node
// The way into a program that the build made as one CommonJS file, `x.cjs` beside this `x.js`. Compiling it is most of what a
// short command costs. So what V8 has compiled of it is kept beside it, for this very version of Node. Whoever can write
// that file can write the program, too; where nobody can, nothing is kept.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import * as vm from 'node:vm';

/** V8 forgets what it compiled of functions that are not called for long: an old process has less to keep than it began with. */
const LONGEST_MS = 10_000;
const LINE_END = 0x0a;
/**
 * V8 optimizes on another core what has run for a while. Most commands end before that pays: it would be a third of the CPU time that a
 * file of 2,000 links takes. By Node's version, the flag by which code runs fifteen times as long as usual before.
 */
const PATIENCE: Readonly<Record<string, string>> = {
  20: '--interrupt-budget=1000000',
  22: '--invocation-count-for-turbofan=45000',
  24: '--invocation-count-for-turbofan=45000',
};

interface Kept {
  /** The verbs that have added to it. */
  readonly verbs: readonly string[];
  readonly code: Buffer;
}

const startedAtMs = performance.now();
const path = fileURLToPath(import.meta.url).replace(/\.js$/, '.cjs');
const keptPath = `${path}.${process.version}-${process.arch}.kept`;
// Of the versions that are known, since V8 complains of a flag that it does not have. Agents stay for long.
const patience = PATIENCE[process.versions.node.split('.', 1)[0] ?? ''];
if (patience !== undefined && basename(path) === 'bin.cjs') setFlagsFromString(patience);
// The build writes ASCII.
const source = readFileSync(path, 'latin1');
/** The first line has the hash of the program: V8 compares no more than its length. */
const key = source.slice(0, source.indexOf('\n'));
const kept = readKept();
const script = new vm.Script(`(function (exports, require, module, __filename, __dirname, keepCode) {${source}\n})`, {
  filename: path,
  ...(kept === undefined ? {} : { cachedData: kept.code }),
});
const program = script.runInThisContext() as (...parts: unknown[]) => void;
const module = { exports: {} };
program.call(module.exports, module.exports, createRequire(path), module, path, dirname(path), keepCode);

/** Keeps what has been compiled by now, unless this verb has added to it already. */
function keepCode(verb: string): void {
  const verbs = script.cachedDataRejected === false ? (kept?.verbs ?? []) : [];
  if (verbs.includes(verb) || performance.now() - startedAtMs > LONGEST_MS) return;
  // Agents all have the same process number, each in a namespace of its own.
  const draft = `${keptPath}.${String(process.hrtime.bigint())}`;
  const heading = Buffer.from(`${JSON.stringify([key, ...verbs, verb])}\n`);
  try {
    writeFileSync(draft, Buffer.concat([heading, script.createCachedData()]));
    renameSync(draft, keptPath);
  } catch {
    // It takes longer to start, and no more.
    rmSync(draft, { force: true });
  }
}

function readKept(): Kept | undefined {
  try {
    const bytes = readFileSync(keptPath);
    const end = bytes.indexOf(LINE_END);
    const [keptKey, ...verbs] = JSON.parse(bytes.toString('utf8', 0, end)) as readonly string[];
    return keptKey === key ? { verbs, code: bytes.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}
