import { readFileSync } from 'node:fs';
import { addressText } from '../support/address-text.js';
import type { LabNode } from './lab-node.js';

/**
 * The routes a node's kernel forwards by: prefix -> interfaces. Read from `/proc`, without a process for each look, so
 * that convergence can be watched every few milliseconds.
 */
export function readRoutes(node: LabNode): ReadonlyMap<string, ReadonlySet<string>> {
  const routes = new Map<string, Set<string>>();
  const add = (prefix: string, device: string): void => {
    const devices = routes.get(prefix);
    if (devices === undefined) routes.set(prefix, new Set([device]));
    else devices.add(device);
  };
  if (node.initPid === 0) return routes;
  for (const line of procLines(node, 'route').slice(1)) {
    const fields = line.split(/\s+/);
    const mask = Number.parseInt(fields[7] ?? '', 16);
    add(`${addressText(Buffer.from(fields[1] ?? '', 'hex').reverse())}/${String(bitCount(mask))}`, fields[0] ?? '');
  }
  for (const line of procLines(node, 'ipv6_route')) {
    const [destination = '', length = '', ...rest] = line.split(/\s+/);
    const device = rest.at(-1) ?? '';
    if (device !== 'lo') add(`${addressText(Buffer.from(destination, 'hex'))}/${String(Number.parseInt(length, 16))}`, device);
  }
  return routes;
}

function bitCount(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}

function procLines(node: LabNode, table: string): readonly string[] {
  try {
    return readFileSync(`/proc/${String(node.initPid)}/net/${table}`, 'latin1').trimEnd().split('\n');
  } catch {
    // The node lost its power between two looks, or its kernel has no IPv6.
    return [];
  }
}
