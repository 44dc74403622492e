import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { LabError } from '../../errors.js';
import { nameProblem } from '../../topology/model/names.js';
import { labExists } from '../lab-exists.js';
import type { LabRecord } from '../runtime.js';
import { refuseUnlessOwn } from './own-folder.js';
import { identify, isEnding, relationTo, type KnownProcess } from './known-process.js';
import { parseRecord, type StateRecord } from './state-record.js';

const RECORD_FILE = 'lab.json';
/** All that nearcast ever puts into a lab's folder: nothing else in there is removed. */
const OWN_FILE = /^(?:lab\.json(?:\.\d+)?|agent\.(?:sock|log))$/;
const DRAFT = /^\.[a-zA-Z][a-zA-Z0-9-]*\.(\d+)$/;
const CLAIM_ATTEMPTS = 5;
const ANOTHER_FOLDER = 'set NEARCAST_STATE_DIR to a folder of your own';

/** A lab's folder whose record is none, or names a process that is not the lab's: nothing is believed of it. */
export interface BrokenRecord extends LabRecord {
  readonly phase: 'broken';
}

/**
 * The user's labs: one folder for each, with its record and its agent's socket. The same folder in every session of a
 * user, so not in one that goes at logout. A lab whose owner is dead is gone; its folder is removed when it is met.
 */
export class LabStates {
  constructor(readonly folder: string) {}

  static ofUser(env: NodeJS.ProcessEnv = process.env): LabStates {
    const chosen = env['NEARCAST_STATE_DIR'];
    return new LabStates(
      chosen === undefined || chosen === ''
        ? join('/tmp', `nearcast-${String(process.getuid?.() ?? 0)}`)
        : absolute(chosen),
    );
  }

  labFolder(lab: string): string {
    return join(this.folder, lab);
  }

  /**
   * Takes a name for a new lab, atomically: of two that ask at once, one gets LAB_EXISTS. What a dead lab left under
   * that name is removed. The result is a descriptor of the lab's folder: a process that has it open belongs to the lab.
   */
  claim(record: StateRecord): number {
    this.#ensureFolder();
    for (let attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
      const known = this.find(record.lab);
      if (known !== undefined) throw refused(known);
      const held = this.#tryClaim(record);
      if (held !== undefined) return held;
    }
    throw new LabError('LAB_EXISTS', `the name ${record.lab} is being taken by another process`, {
      hint: 'nearcast list',
    });
  }

  #tryClaim(record: StateRecord): number | undefined {
    this.#ensureFolder();
    const draft = join(this.folder, `.${record.lab}.${String(process.pid)}`);
    let held: number | undefined;
    try {
      makePrivate(draft);
      held = openSync(draft, 'r');
      writePrivate(join(draft, RECORD_FILE), JSON.stringify(record));
      renameSync(draft, this.labFolder(record.lab));
      return held;
    } catch (cause) {
      if (held !== undefined) closeSync(held);
      removeLabFolder(draft);
      // Another process was faster, or removed the last lab and the folder with it: look again.
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(cause))) return undefined;
      this.#leaveIfEmpty();
      throw unwritable(this.folder, cause);
    }
  }

  /** Throws STATE_FOLDER where the disk is full, or the lab's folder has gone meanwhile. */
  update(record: StateRecord): void {
    const path = join(this.labFolder(record.lab), RECORD_FILE);
    const draft = `${path}.${String(process.pid)}`;
    try {
      writePrivate(draft, JSON.stringify(record));
      renameSync(draft, path);
    } catch (cause) {
      throw unwritable(this.labFolder(record.lab), cause);
    }
  }

  /** A lab is ending: it is listed, as dead, until it has ended. */
  noteEnding(lab: string, ending: readonly KnownProcess[]): void {
    const record = this.read(lab);
    if (record === undefined) return;
    try {
      this.update({ ...record, phase: 'dead', ending });
    } catch {
      // On a full disk a lab ends all the same.
    }
  }

  /** The record of a lab that is alive, or has not ended yet; the folder of a dead one is removed. */
  read(lab: string): StateRecord | undefined {
    const found = this.find(lab);
    return found === undefined || found.phase === 'broken' ? undefined : found;
  }

  /** As `read`; a record that is not valid is returned as broken, and stays. */
  find(lab: string): StateRecord | BrokenRecord | undefined {
    const folder = this.labFolder(lab);
    let text: string;
    try {
      this.#refuseForeign();
      text = readFileSync(join(folder, RECORD_FILE), 'utf8');
    } catch (error) {
      if (error instanceof LabError) throw error;
      return codeOf(error) === 'EACCES' || codeOf(error) === 'EISDIR' ? broken(lab) : undefined;
    }
    const record = parseRecord(text, lab);
    if (record === undefined) return broken(lab);
    if (record.ending?.some((each) => isEnding(folder, each)) === true) return record;
    const relation = relationTo(folder, record.owner);
    if (relation === 'of the lab') return record;
    if (relation === 'foreign') return broken(lab);
    this.forget(lab);
    return undefined;
  }

  list(): readonly (StateRecord | BrokenRecord)[] {
    const names = this.#names();
    for (const draft of names) this.#sweepDraft(draft);
    // An `up` that was killed before it made its draft left an empty folder, too.
    this.#leaveIfEmpty();
    return names
      .filter((name) => nameProblem(name) === undefined)
      .sort()
      .flatMap((name) => this.find(name) ?? []);
  }

  /**
   * Removes a lab's folder, and the folder of all labs with the last one. STATE_FOLDER where something else is in it.
   */
  forget(lab: string): void {
    const folder = this.labFolder(lab);
    const foreign = removeLabFolder(folder);
    this.#leaveIfEmpty();
    if (foreign.length === 0) return;
    throw new LabError(
      'STATE_FOLDER',
      `${folder} is not removed, because it has files that nearcast did not write: ${foreign.join(', ')}`,
      { hint: `check them, then remove ${folder} yourself` },
    );
  }

  #leaveIfEmpty(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // Other labs are in it, or it is gone.
    }
  }

  #sweepDraft(draft: string): void {
    const pid = Number(DRAFT.exec(draft)?.[1] ?? NaN);
    if (Number.isNaN(pid) || identify(pid) !== undefined) return;
    removeLabFolder(join(this.folder, draft));
  }

  #names(): readonly string[] {
    try {
      this.#refuseForeign();
      return readdirSync(this.folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      if (error instanceof LabError) throw error;
      throw new LabError('STATE_FOLDER', `the state folder ${this.folder} cannot be read: ${reasonOf(error)}`, {
        cause: error,
        hint: ANOTHER_FOLDER,
      });
    }
  }

  #ensureFolder(): void {
    try {
      // Not recursive: in a folder that takes no folders, as in /proc, Node would try for ever.
      makePrivate(this.folder);
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') {
        throw new LabError('STATE_FOLDER', `the state folder ${this.folder} cannot be created: ${reasonOf(cause)}`, {
          cause,
          hint: ANOTHER_FOLDER,
        });
      }
    }
    this.#refuseForeign();
  }

  #refuseForeign(): void {
    try {
      refuseUnlessOwn(this.folder);
    } catch (error) {
      // The next access reports that it is missing.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** A relative path has no absolute one if the current folder was removed. */
function absolute(folder: string): string {
  try {
    return resolve(folder);
  } catch (cause) {
    throw new LabError('STATE_FOLDER', `the state folder ${folder} is in the current folder, which was removed`, {
      cause,
      hint: 'change to another folder: cd',
    });
  }
}

/** For this user alone, whatever its umask. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
}

function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** Removes what nearcast made of a lab's folder; the names of what is left in it. */
function removeLabFolder(folder: string): readonly string[] {
  const names = namesIn(folder);
  for (const name of names.filter((each) => OWN_FILE.test(each))) {
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // It is looked at once more.
    }
  }
  try {
    rmdirSync(folder);
    return [];
  } catch {
    return namesIn(folder);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function refused(record: LabRecord): LabError {
  if (record.phase !== 'broken') return labExists(record);
  return new LabError('LAB_EXISTS', `the record of the lab ${record.lab} cannot be read`, {
    hint: `nearcast down ${record.lab}`,
  });
}

function broken(lab: string): BrokenRecord {
  return { lab, topology: '?', runtime: 'netns', nodes: 0, startedAt: new Date(0).toISOString(), phase: 'broken' };
}

function unwritable(folder: string, cause: unknown): LabError {
  return new LabError('STATE_FOLDER', `${folder} cannot be written: ${reasonOf(cause)}`, {
    cause,
    hint: `make room there, or ${ANOTHER_FOLDER}`,
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
