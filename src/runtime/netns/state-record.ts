import * as z from 'zod';
import { nameProblem } from '../../topology/model/names.js';
import type { Programs } from '../../protocol/messages.js';
import type { LabRecord } from '../runtime.js';
import type { KnownProcess } from './known-process.js';

/** The record of a netns lab: that of `runtime.ts`, and the process whose death means that the lab is gone. */
export interface StateRecord extends LabRecord {
  readonly owner: KnownProcess;
  /** Who began the lab: its owner until a supervisor takes over. */
  readonly maker: KnownProcess;
  /** The agent as the host numbers it; 0 until it is known. */
  readonly agentPid: number;
  readonly programs: Programs;
  /** Of one that is `dead`: its first processes, which were killed and which the kernel may be taking apart still. */
  readonly ending?: readonly KnownProcess[] | undefined;
}

/** No process of a lab is process 0 or 1, nor a group of processes, which kill(2) takes numbers below 1 for. */
const pid = z
  .int()
  .min(2)
  .max(2 ** 22);
const identity = z.strictObject({ pid, startTime: z.int().nonnegative() });
const folder = z.string().startsWith('/');

const frrShape = {
  daemonsDir: folder,
  vtysh: folder,
  ownSystem: z.strictObject({ root: folder, loader: folder, libraryPath: z.string() }).optional(),
};

const recordSchema = z.strictObject({
  lab: z.string().refine((name) => nameProblem(name) === undefined),
  topology: z.string(),
  runtime: z.literal('netns'),
  nodes: z.int().nonnegative(),
  startedAt: z.iso.datetime(),
  phase: z.enum(['deploying', 'up', 'dead']),
  owner: identity,
  maker: identity,
  agentPid: z.union([z.literal(0), pid]),
  programs: z.strictObject({
    ...frrShape,
    frrOf: z.record(z.string(), z.strictObject(frrShape)).optional(),
    libraryPath: folder.optional(),
    binDirs: z.array(folder),
    serverPrograms: z.array(folder).optional(),
  }),
  ending: z.array(identity).optional(),
});

/** Reads what a lab's record says; undefined where it is none, or another lab's. */
export function parseRecord(text: string, lab: string): StateRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, data: record } = recordSchema.safeParse(value);
  if (!success || record.lab !== lab) return undefined;
  const { libraryPath, ...programs } = record.programs;
  return { ...record, programs: { ...programs, libraryPath } };
}
