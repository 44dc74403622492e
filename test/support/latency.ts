import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from './sandbox.js';
import { swarmBed } from './swarm-bed.js';

/** From now on, packets between the machines of this run need so many milliseconds more in each direction. */
export async function setLatency(ms: number): Promise<void> {
  // What it starts is the machines', and not this file's: no trace of the file's folders is in it.
  const env = { PATH: process.env['PATH'] };
  await promisify(execFile)(join(checkout, '.ci', 'swarm-bed'), [swarmBed ?? '', 'latency', String(ms)], { env });
}
