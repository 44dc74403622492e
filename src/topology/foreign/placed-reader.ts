import { didYouMean } from '../../support/suggest.js';
import type { Finding } from '../model/finding.js';
import { quote } from '../model/finding.js';
import type { YamlMap, YamlNode } from '../file/yaml.js';
import type { KeyFate } from './clab-keys.js';
import type { Placed } from './foreign-lab.js';

/** Reads values of a tree, and collects what is wrong with them and what is left out. */
export class PlacedReader {
  readonly findings: Finding[] = [];
  readonly notes: Finding[] = [];

  /** A map, of which every key is looked up: what is not used is noted, refused, or unknown. */
  map(node: YamlNode | undefined, what: string, keys?: Readonly<Record<string, KeyFate>>): YamlMap | undefined {
    if (node === undefined || isEmpty(node)) return undefined;
    if (node.kind !== 'map') {
      this.wrongType(node, what, 'a map');
      return undefined;
    }
    if (keys !== undefined) for (const [key, { keyOffset }] of node.entries) this.#judge(key, keyOffset, keys, what);
    return node;
  }

  text(node: YamlNode | undefined, what: string): Placed<string> | undefined {
    if (node === undefined || isEmpty(node)) return undefined;
    if (node.kind === 'scalar') return { value: String(node.value), offset: node.offset };
    this.wrongType(node, what, 'text');
    return undefined;
  }

  number(node: YamlNode | undefined, what: string): Placed<number> | undefined {
    if (node === undefined || isEmpty(node)) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'number') return { value: node.value, offset: node.offset };
    this.wrongType(node, what, 'a number');
    return undefined;
  }

  list(node: YamlNode | undefined, what: string): readonly YamlNode[] {
    if (node === undefined || isEmpty(node)) return [];
    if (node.kind === 'list') return node.items;
    this.wrongType(node, what, 'a list');
    return [];
  }

  texts(node: YamlNode | undefined, what: string): readonly Placed<string>[] {
    return this.list(node, what).flatMap((item) => this.text(item, `an item of ${what}`) ?? []);
  }

  /** A map of texts by name. */
  textMap(node: YamlNode | undefined, what: string): ReadonlyMap<string, Placed<string>> {
    const entries = [...(this.map(node, what)?.entries ?? [])];
    return new Map(
      entries.flatMap(([name, { value }]) => {
        const text = isEmpty(value) ? { value: '', offset: value.offset } : this.text(value, name);
        return text === undefined ? [] : [[name, text] as const];
      }),
    );
  }

  wrongType({ offset }: YamlNode, what: string, expected: string): void {
    this.findings.push({
      offset,
      code: 'WRONG_TYPE',
      message: `${what} must be ${expected}`,
      hint: 'write it as containerlab documents it',
    });
  }

  /** What cannot be done here, and why. */
  refuse(offset: number, message: string, hint: string): void {
    this.findings.push({ offset, code: 'UNSUPPORTED', message, hint });
  }

  /** What is left out, and why that is so. */
  ignore(offset: number, word: string, why: string): void {
    this.notes.push({ offset, code: 'IGNORED', message: `${word} is ignored`, hint: why });
  }

  #judge(key: string, offset: number, keys: Readonly<Record<string, KeyFate>>, what: string): void {
    const fate = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (fate === 'used') return;
    if (fate === undefined)
      this.findings.push({
        offset,
        code: 'UNKNOWN_KEY',
        message: `unknown key ${quote(key)} of ${what}`,
        hint: () => didYouMean(key, Object.keys(keys), 'keys'),
      });
    else if ('ignored' in fate) this.ignore(offset, quote(key), fate.ignored);
    else this.refuse(offset, `${quote(key)} cannot be had here`, fate.refused);
  }
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
