import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { attachTo } from './attach.js';
import { toData } from './file/tree.js';
import type { FoundService } from './foreign/found-services.js';
import { yamlText } from './foreign/yaml-text.js';
import { readFormat } from './formats.js';
import { loadText, surroundingsOf, type LoadOptions } from './load.js';
import { settle } from './model/finding.js';
import type { Problem } from './model/problem.js';
import { withoutMark } from './read.js';
import { formatNotes } from './topology-error.js';

export interface ImportOptions extends LoadOptions {
  /** The folder that the file is written to; paths in it begin there. By default that of the file that is read. */
  readonly into?: string | undefined;
}

/** A file of another program as the text of a topology file, and what of it is left out or proposed. */
export interface ImportedTopology {
  readonly text: string;
  readonly notes: readonly Problem[];
}

/** Reads a file of containerlab or Kathara. Throws as `loadTopology`; what cannot be had comes back as problems. */
export async function importTopology(
  path: string,
  options: ImportOptions = {},
): Promise<ImportedTopology | { readonly problems: readonly Problem[] }> {
  const loaded = await loadText(path);
  if ('problems' in loaded) return loaded;
  const text = withoutMark(loaded.text);
  const around = surroundingsOf(path, attachTo(path), options);
  const { root, findings, notes = [], services = [] } = readFormat(text, path, around);
  if (root === undefined || findings.length > 0) return { problems: settle(findings, text, path) };
  const folder = dirname(resolve(path));
  const { name, title, ...rest } = moved(toData(root), relative(resolve(options.into ?? folder), folder)) as Readonly<
    Record<string, unknown>
  >;
  // What is for containers alone is refused elsewhere.
  const runtime = options.containers === true ? { runtime: 'docker' } : {};
  const tree = { name, ...(title === undefined ? {} : { title }), ...runtime, ...rest };
  const said = settle(notes, text, path);
  const ignored = settle(
    notes.filter(({ code }) => code === 'IGNORED'),
    text,
    basename(path),
  );
  const comments = [`imported from ${basename(path)}`, ...formatNotes(ignored)];
  return {
    text: `${comments.map((line) => `# ${line}\n`).join('')}${yamlText(tree)}${proposal(services)}`,
    notes: said,
  };
}

/** Paths of configurations as they are from another folder. */
function moved(tree: unknown, way: string): unknown {
  if (way === '' || typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((item) => moved(item, way));
  const entries = Object.entries(tree as Record<string, unknown>).map(([key, value]) => {
    const isConfiguration = key === 'frr' && typeof value === 'object' && value !== null;
    return [key, isConfiguration ? withWay(value, way) : moved(value, way)] as const;
  });
  return Object.fromEntries(entries);
}

function withWay(frr: object, way: string): object {
  const entries = Object.entries(frr as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([key, path]) => [key, typeof path !== 'string' || isAbsolute(path) ? path : join(way, path)]),
  );
}

function proposal(services: readonly FoundService[]): string {
  if (services.length === 0) return '';
  const anycast = Object.fromEntries(
    services.map(({ addresses, nodes }, index) => [`service${String(index + 1)}`, { addresses, instances: nodes }]),
  );
  const lines = yamlText({ anycast }).trimEnd().split('\n');
  return [
    '',
    '# The same addresses are on several nodes: anycast services, perhaps. An instance is a host beside a router:',
    '# take these lines in, and make the nodes hosts, with  kind: host  in place of  kind: router.',
    ...lines.map((line) => `# ${line}`),
    '',
  ].join('\n');
}
