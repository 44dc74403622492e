import type { Finding } from '../model/finding.js';
import type { ParsedYaml } from '../file/yaml.js';
import type { ForeignReading, Surroundings } from './foreign-lab.js';
import { foundServices, proposals, type FoundService } from './found-services.js';
import { withValidNames } from './names.js';
import { treeOf } from './to-tree.js';

/** A file of another program as the tree of a nearcast file, and what of it is left out. */
export interface ForeignTree extends ParsedYaml {
  readonly notes: readonly Finding[];
  readonly services: readonly FoundService[];
}

/** The tree of a reading; none where something in the file cannot be had, for then the rest would be another network. */
export function foreignTree(reading: ForeignReading, around: Surroundings): ForeignTree {
  const { lab, findings, notes } = withValidNames(reading);
  if (findings.length > 0) return { root: undefined, findings, whole: true, notes, services: [] };
  const services = foundServices(lab, around);
  return { root: treeOf(lab), findings, whole: true, notes: [...notes, ...proposals(services)], services };
}
