import { LabError } from '../../errors.js';
import type { LabRecord } from '../runtime.js';
import type { LabStates } from './state.js';

/** A record that cannot be believed. */
export function brokenRecord(states: LabStates, lab: string): LabError {
  return new LabError(
    'STATE_FOLDER',
    `the record of ${lab} in ${states.labFolder(lab)} is not a record of nearcast, or names a process that is not part of the lab`,
    { hint: `nearcast down ${lab} removes it` },
  );
}

export function labNotFound(states: LabStates, lab: string): LabError {
  const names = states.list().map((record: LabRecord) => record.lab);
  return new LabError('LAB_NOT_FOUND', `there is no lab named ${lab}`, {
    hint: names.length === 0 ? 'no lab is up: nearcast up figure3' : `labs that are up: ${names.join(', ')}`,
  });
}
