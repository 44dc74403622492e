import { addressAt, parsePrefix, prefixSize } from '../support/ip.js';
import { quote, type Finding } from './model/finding.js';
import { hashOfText } from './model/text-hash.js';
import { toData, type YamlEntry, type YamlMap, type YamlNode } from './file/tree.js';

type Value = string | number;

/** What a student's network has in the places that the file lets vary. */
export interface Variant {
  /** By name, in the order of the file. */
  readonly values: ReadonlyMap<string, Value>;
  /** Eight hexadecimal digits that follow from the student and the values. */
  readonly code: string;
}

export interface VariedTree {
  readonly root: YamlNode;
  /** Undefined where the file lets nothing vary. */
  readonly variant: Variant | undefined;
  readonly findings: readonly Finding[];
}

/** More addresses of a prefix than these make no difference to a class. */
const MOST_ADDRESSES = 65_534n;
const NAME = /^[a-z]\w*$/i;
const REFERENCE = /\$([a-z]\w*)/gi;

/** A student as `--student`, names of files and `student` may write it. */
export function studentId(written: string): string {
  return written.normalize('NFC').trim().toLowerCase();
}

/**
 * The document of one student: `$name` is the value that `vary` has for this student there, and the first one where no
 * student is named. What is in the place of a whole value keeps its type. Pure: the same student always gets the same.
 */
export function variedTree(root: YamlNode, student: string | undefined): VariedTree {
  const vary = root.kind === 'map' ? root.entries.get('vary') : undefined;
  if (root.kind !== 'map' || vary?.value.kind !== 'map') return { root, variant: undefined, findings: [] };
  const values = new Map<string, Value>();
  const findings: Finding[] = [];
  for (const [name, entry] of vary.value.entries) {
    const choices = NAME.test(name) ? choicesOf(entry.value) : badName;
    if ('message' in choices)
      findings.push({
        offset: entry.keyOffset,
        code: 'BAD_VALUE',
        ...choices,
        message: `${quote(name)} ${choices.message}`,
      });
    else {
      const about = `${name} ${JSON.stringify(toData(entry.value))}`;
      const nth = student === undefined ? 0 : hashOfText(`${studentId(student)}\n${about}`) % choices.count;
      values.set(name, choices.at(nth));
    }
  }
  const used = new Set<string>();
  const entries = new Map(
    [...root.entries].map(([key, entry]): [string, YamlEntry] => [
      key,
      key === 'vary' ? entry : { ...entry, value: filled(entry.value, values, used) },
    ]),
  );
  for (const [name, { keyOffset }] of vary.value.entries)
    if (values.has(name) && !used.has(name))
      findings.push({
        offset: keyOffset,
        code: 'BAD_VALUE',
        message: `${quote(name)} varies, and is nowhere`,
        hint: `write  $${name}  where it belongs, or leave it out`,
      });
  const said = JSON.stringify([studentId(student ?? ''), ...values]);
  const code = hashOfText(said).toString(16).padStart(8, '0');
  return { root: titled({ ...root, entries }, student), variant: { values, code }, findings };
}

/** A text with the values of a variant in it. What has no value there stays as it is. */
export function variedText(text: string, { values }: Variant): string {
  return text.replace(REFERENCE, (written, name: string, at: number) => {
    const value = values.get(name);
    if (value === undefined) return written;
    const plain = String(value);
    const isAlone = /(^|[\s[,:-])$/.test(text.slice(0, at)) && /^($|[\s,\]}])/.test(text.slice(at + written.length));
    return isAlone && plain.includes(':') ? JSON.stringify(plain) : plain;
  });
}

interface Choices {
  readonly count: number;
  readonly at: (nth: number) => Value;
}

type Wrong = Pick<Finding, 'message'> & { readonly hint: string };

const badName: Wrong = {
  message: 'is not a name for what varies',
  hint: 'write a letter, then letters, digits and underscores',
};

/** What a value may be; its shape is checked with that of the file. */
function choicesOf(node: YamlNode): Choices | Wrong {
  const wrong: Wrong = {
    message: 'has nothing to choose from',
    hint: 'write a list, such as  [5, 10, 20], or  {from: 5, to: 20}, or  {in: 192.0.2.0/24}',
  };
  if (node.kind === 'list') {
    const values = node.items.flatMap((item) => (item.kind === 'scalar' ? [item.value] : []));
    const valid = values.filter((each) => typeof each === 'string' || typeof each === 'number');
    return valid.length === 0 ? wrong : { count: valid.length, at: (nth) => valid[nth] ?? '' };
  }
  if (node.kind !== 'map') return wrong;
  const [from, to, within] = ['from', 'to', 'in'].map((key) => scalarAt(node, key));
  if (typeof from === 'number' && typeof to === 'number')
    return from <= to && to - from < 2 ** 31 ? { count: to - from + 1, at: (nth) => from + nth } : wrong;
  const parsed = typeof within === 'string' ? parsePrefix(within) : undefined;
  if (parsed?.kind !== 'network') return wrong;
  // Neither the first address of a prefix nor the last: they are of no host.
  const inside = prefixSize(parsed.prefix) - 2n;
  const count = Number(inside < MOST_ADDRESSES ? inside : MOST_ADDRESSES);
  return count < 1 ? wrong : { count, at: (nth) => addressAt(parsed.prefix, nth + 1).text };
}

function scalarAt({ entries }: YamlMap, key: string): unknown {
  const value = entries.get(key)?.value;
  return value?.kind === 'scalar' ? value.value : undefined;
}

/** A copy with the values in it; `used` gets the names of those that are there. */
function filled(node: YamlNode, values: ReadonlyMap<string, Value>, used: Set<string>): YamlNode {
  const text = (written: string): Value => {
    const whole = written.startsWith('$') ? values.get(written.slice(1)) : undefined;
    if (whole !== undefined) {
      used.add(written.slice(1));
      return whole;
    }
    return written.replace(REFERENCE, (reference, name: string) => {
      const value = values.get(name);
      if (value === undefined) return reference;
      used.add(name);
      return String(value);
    });
  };
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? { ...node, value: text(node.value) } : node;
    case 'list':
      return { ...node, items: node.items.map((item) => filled(item, values, used)) };
    case 'map':
      return {
        ...node,
        entries: new Map(
          [...node.entries].map(([key, entry]): [string, YamlEntry] => [
            String(text(key)),
            { ...entry, value: filled(entry.value, values, used) },
          ]),
        ),
      };
  }
}

/** Every report shows the title: so it says whose network this is. */
function titled(root: YamlMap, student: string | undefined): YamlMap {
  if (student === undefined) return root;
  const { keyOffset = root.offset, value } = root.entries.get('title') ?? {};
  if (value !== undefined && value.kind !== 'scalar') return root;
  const title = value === undefined ? `for ${studentId(student)}` : `${String(value.value)}, for ${studentId(student)}`;
  const entry: YamlEntry = { keyOffset, value: { kind: 'scalar', offset: value?.offset ?? root.offset, value: title } };
  return { ...root, entries: new Map([...root.entries, ['title', entry]]) };
}
