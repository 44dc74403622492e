import { nameProblem, nodeNameProblem } from '../model/names.js';
import { quote, type Finding } from '../model/finding.js';
import type { ForeignLab, ForeignReading, Placed } from './foreign-lab.js';

const longest = 30;

/** A lab in which everything has a name that it can have here; the notes say what was renamed. */
export function withValidNames({ lab, findings, notes }: ForeignReading): ForeignReading {
  const renamed: Finding[] = [];
  const taken = new Set(lab.nodes.map(({ name }) => name.value.toLowerCase()));
  const valid = (
    name: Placed<string>,
    others: ReadonlySet<string>,
    problemOf: typeof nodeNameProblem,
  ): Placed<string> => {
    const problem = problemOf(name.value);
    if (problem === undefined) return name;
    const value = free(name.value, others);
    renamed.push({
      offset: name.offset,
      code: 'IGNORED',
      message: `${quote(name.value)} is called ${quote(value)} here`,
      hint: problem.hint,
    });
    return { ...name, value };
  };
  const names = new Map<string, Placed<string>>();
  for (const { name } of lab.nodes) {
    const found = valid(name, taken, nodeNameProblem);
    taken.add(found.value.toLowerCase());
    names.set(name.value, found);
  }
  return {
    lab: { ...renamedLab(lab, names), name: valid(lab.name, new Set(), nameProblem) },
    findings,
    notes: [...notes, ...renamed],
  };
}

function renamedLab(lab: ForeignLab, names: ReadonlyMap<string, Placed<string>>): ForeignLab {
  return {
    ...lab,
    nodes: lab.nodes.map((node) => ({ ...node, name: names.get(node.name.value) ?? node.name })),
    links: lab.links.map((link) => {
      const [a, b] = link.ends;
      const end = <End extends typeof a>(old: End): End => ({ ...old, node: names.get(old.node)?.value ?? old.node });
      return { ...link, ends: [end(a), end(b)] };
    }),
  };
}

function free(name: string, taken: ReadonlySet<string>): string {
  const word = name.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  const base = (/^[a-zA-Z]/.test(word) ? word : `n${word}`).slice(0, longest).replace(/-+$/, '');
  for (let number = 1; ; number++) {
    const tail = number === 1 ? '' : `-${String(number)}`;
    const candidate = `${base.slice(0, longest - tail.length)}${tail}`;
    if (nameProblem(candidate) === undefined && !taken.has(candidate.toLowerCase())) return candidate;
  }
}
