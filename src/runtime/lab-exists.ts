import { LabError } from '../errors.js';
import type { LabRecord } from './runtime.js';

/** A name is taken, and by which lab. */
export function labExists({ lab, phase, topology }: Pick<LabRecord, 'lab' | 'phase' | 'topology'>): LabError {
  const what = phase === 'deploying' ? 'is being deployed' : 'is up';
  return new LabError('LAB_EXISTS', `a lab named ${lab} ${what} (topology ${topology})`, {
    hint: `nearcast down ${lab}, or give this one another name: --name ${lab}-2`,
  });
}
