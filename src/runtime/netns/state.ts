import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../errors.js';
import type { Programs } from '../../protocol/messages.js';
import type { LabRecord } from '../runtime.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

/** The record of a netns lab: what `runtime.ts` tells, and whose death means that the lab is gone. */
export interface StateRecord extends LabRecord {
  readonly owner: ProcessIdentity;
  /** Who began the lab: its owner until a supervisor takes over. */
  readonly maker: ProcessIdentity;
  /** The agent as the host numbers it; 0 until it is known. */
  readonly agentPid: number;
  readonly programs: Programs;
}

const RECORD_FILE = 'lab.json';
const SOCKET_FILE = 'agent.sock';
const CLAIM_ATTEMPTS = 5;

/**
 * The user's labs: one folder for each, with its record and its agent's socket. The same folder in every session of a
 * user, so not in one that goes at logout. A lab whose owner is dead is gone; its folder is removed when it is met.
 */
export class LabStates {
  constructor(readonly folder: string) {}

  static ofUser(env: NodeJS.ProcessEnv = process.env): LabStates {
    return new LabStates(env['NEARCAST_STATE_DIR'] ?? join('/tmp', `nearcast-${String(process.getuid?.() ?? 0)}`));
  }

  labFolder(lab: string): string {
    return join(this.folder, lab);
  }

  socketPath(lab: string): string {
    return join(this.labFolder(lab), SOCKET_FILE);
  }

  /**
   * Takes a name for a new lab, atomically: of two that ask at once, one gets LAB_EXISTS. What a dead lab left under
   * that name is removed.
   */
  claim(record: StateRecord): void {
    this.#ensureFolder();
    for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
      const known = this.read(record.lab);
      if (known !== undefined) throw labExists(known);
      if (this.#tryClaim(record)) return;
    }
    throw new LabError('LAB_EXISTS', `the name ${record.lab} is being taken by somebody else`, { hint: 'nearcast list' });
  }

  #tryClaim(record: StateRecord): boolean {
    this.#ensureFolder();
    const draft = join(this.folder, `.${record.lab}.${String(process.pid)}`);
    try {
      mkdirSync(draft, { mode: 0o700 });
      writeFileSync(join(draft, RECORD_FILE), JSON.stringify(record), { mode: 0o600 });
      renameSync(draft, this.labFolder(record.lab));
      return true;
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      // Somebody was faster, or took the last lab down and the folder with it: look again.
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) return false;
      throw new LabError('STATE_FOLDER', `${this.folder} cannot be written`, { cause: error });
    }
  }

  update(record: StateRecord): void {
    const path = join(this.labFolder(record.lab), RECORD_FILE);
    const draft = `${path}.${String(process.pid)}`;
    writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
    renameSync(draft, path);
  }

  /** The record of a lab that is alive; the folder of a dead one is removed. */
  read(lab: string): StateRecord | undefined {
    let record: StateRecord;
    try {
      record = JSON.parse(readFileSync(join(this.labFolder(lab), RECORD_FILE), 'utf8')) as StateRecord;
    } catch (error) {
      // A half-written record can only be a dead lab's; whatever else cannot be read is not ours to remove.
      if (error instanceof SyntaxError) this.forget(lab);
      return undefined;
    }
    if (isAlive(record.owner)) return record;
    this.forget(lab);
    return undefined;
  }

  list(): readonly StateRecord[] {
    const names = this.#names();
    for (const draft of names.filter((name) => name.startsWith('.'))) this.#sweepDraft(draft);
    return names
      .filter((name) => !name.startsWith('.'))
      .sort()
      .flatMap((name) => this.read(name) ?? []);
  }

  /** Removes a lab's folder, and the folder of all labs with the last one. */
  forget(lab: string): void {
    rmSync(this.labFolder(lab), { recursive: true, force: true });
    this.#leaveIfEmpty();
  }

  #leaveIfEmpty(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // Other labs are in it, or it is gone.
    }
  }

  #sweepDraft(draft: string): void {
    const pid = Number(draft.slice(draft.lastIndexOf('.') + 1));
    if (identify(pid) !== undefined) return;
    rmSync(join(this.folder, draft), { recursive: true, force: true });
    this.#leaveIfEmpty();
  }

  #names(): readonly string[] {
    try {
      this.#refuseForeign();
      return readdirSync(this.folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      if (error instanceof LabError) throw error;
      throw new LabError('STATE_FOLDER', `${this.folder} cannot be read`, {
        cause: error,
        hint: 'set NEARCAST_STATE_DIR to a folder of your own',
      });
    }
  }

  #ensureFolder(): void {
    try {
      // Not recursive: in a folder that takes no folders, as in /proc, Node would try for ever.
      mkdirSync(this.folder, { mode: 0o700 });
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw new LabError('STATE_FOLDER', `${this.folder} cannot be made`, {
        cause,
        hint: 'set NEARCAST_STATE_DIR to a folder of your own',
      });
    }
    this.#refuseForeign();
  }

  /** In a folder that others may write to, somebody else could have made it first. */
  #refuseForeign(): void {
    const stat = lstatSync(this.folder);
    if (stat.isDirectory() && stat.uid === process.getuid?.()) return;
    throw new LabError('STATE_FOLDER', `${this.folder} belongs to somebody else`, {
      hint: 'set NEARCAST_STATE_DIR to a folder of your own',
    });
  }
}

function labExists(record: LabRecord): LabError {
  const what = record.phase === 'deploying' ? 'is being deployed' : 'is up';
  return new LabError('LAB_EXISTS', `a lab named ${record.lab} ${what} (topology ${record.topology})`, {
    hint: `nearcast down ${record.lab}, or give this one another name: --name ${record.lab}-2`,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
