import {
  boolCoreTag,
  EVENT_ID,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import type { Finding } from '../model/finding.js';
import { quote } from '../model/finding.js';
import { AliasedParts, type YamlEntry, type YamlNode } from './tree.js';
import { explainSyntax } from './yaml-syntax.js';

export type { YamlEntry, YamlMap, YamlNode } from './tree.js';

export interface ParsedYaml {
  /** `undefined` where the text is not YAML, or empty. */
  readonly root: YamlNode | undefined;
  readonly findings: readonly Finding[];
  /** Whether every value in the tree is the one in the text; keys that are doubled or cannot be one may be left out. */
  readonly whole: boolean;
}

/** How a format reads YAML. */
export interface YamlHabits {
  /** Whether aliases, and merge keys (`<<`), stand for what they name; otherwise they are refused. */
  readonly aliases: boolean;
}

/** A topology needs six levels. The parser may try some lines again for each level: few levels bound its work. */
const deepest = 12;

/** How many parts of a file aliases may stand for: more than the largest topology has. */
const mostAliased = 200_000;

/**
 * Parses one YAML document (core schema of YAML 1.2). Never throws: what is wrong comes back as findings. Tags are
 * refused, and so are aliases unless the format has them: then there is a limit, so that a few lines cannot stand for a
 * billion; of a key that appears twice the first one counts. Names stay text: a key `1` is the word "1".
 */
export function parseYaml(text: string, habits: YamlHabits = { aliases: false }): ParsedYaml {
  try {
    return new TreeBuilder(text, habits).build(parseEvents(text, { maxDepth: deepest }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = Math.min(error.mark?.position ?? 0, text.length);
    return { root: undefined, findings: [explainSyntax(error.reason, offset, text)], whole: false };
  }
}

type Frame =
  | { readonly kind: 'list'; readonly offset: number; readonly anchor: string; readonly items: YamlNode[] }
  | {
      readonly kind: 'map';
      readonly offset: number;
      readonly anchor: string;
      readonly entries: Map<string, YamlEntry>;
      key?: Key | undefined;
    }
  | { readonly kind: 'document' };

interface Key {
  /** `undefined` for a key that cannot be one: its value is read and dropped. */
  readonly word: string | undefined;
  readonly offset: number;
}

/** Turns the parser's events into a tree, with its own stack: nesting costs no JavaScript stack. */
class TreeBuilder {
  readonly #frames: Frame[] = [];
  readonly #findings: Finding[] = [];
  #root: YamlNode | undefined;
  #documents = 0;
  #whole = true;
  #aliasReported = false;
  readonly #aliases: AliasedParts | undefined;
  /** The last place that was seen: an empty value has none of its own. */
  #last = 0;

  constructor(
    readonly text: string,
    habits: YamlHabits,
  ) {
    this.#aliases = habits.aliases ? new AliasedParts(mostAliased) : undefined;
  }

  build(events: readonly Event[]): ParsedYaml {
    for (const event of events) {
      this.#take(event);
      if (this.#documents > 1 && event.type !== EVENT_ID.DOCUMENT) {
        this.#secondDocument();
        break;
      }
    }
    return { root: this.#root, findings: this.#findings, whole: this.#whole };
  }

  #take(event: Event): void {
    if ('tagStart' in event) this.#refuseMarks(event);
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#documents++;
        this.#frames.push({ kind: 'document' });
        break;
      case EVENT_ID.SEQUENCE:
        this.#last = event.start;
        this.#frames.push({ kind: 'list', offset: event.start, anchor: this.#anchorOf(event), items: [] });
        break;
      case EVENT_ID.MAPPING:
        this.#last = event.start;
        this.#frames.push({ kind: 'map', offset: event.start, anchor: this.#anchorOf(event), entries: new Map() });
        break;
      case EVENT_ID.SCALAR:
        this.#scalar(event);
        break;
      case EVENT_ID.ALIAS:
        this.#add(this.#aliased(event));
        break;
      case EVENT_ID.POP:
        this.#close();
    }
  }

  #scalar(event: ScalarEvent): void {
    if (event.valueStart >= 0) this.#last = placeOfScalar(event);
    const source = getScalarValue(this.text, event);
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'map' && frame.key === undefined) frame.key = { word: source, offset: this.#last };
    else {
      const value = event.style === SCALAR_STYLE.PLAIN ? plainValue(source) : source;
      this.#add(this.#known(this.#anchorOf(event), { kind: 'scalar', offset: this.#last, value }));
    }
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (frame?.kind !== 'list' && frame?.kind !== 'map') return;
    const { offset, anchor } = frame;
    const node: YamlNode =
      frame.kind === 'list'
        ? { kind: 'list', offset, items: frame.items }
        : { kind: 'map', offset, entries: this.#aliases?.merged(frame.entries) ?? frame.entries };
    this.#add(this.#known(anchor, node));
  }

  #anchorOf({ anchorStart, anchorEnd }: { readonly anchorStart: number; readonly anchorEnd: number }): string {
    return anchorStart < 0 ? '' : this.text.slice(anchorStart, anchorEnd);
  }

  #known(anchor: string, node: YamlNode): YamlNode {
    this.#aliases?.know(anchor, node);
    return node;
  }

  #aliased(event: { readonly anchorStart: number; readonly anchorEnd: number }): YamlNode {
    const node = this.#aliases?.named(this.#anchorOf(event));
    if (typeof node === 'object') return node;
    if (node === undefined) this.#refuseAlias(event.anchorStart - 1);
    else this.#report('YAML_ALIAS', event.anchorStart - 1, node, 'write the value out');
    return { kind: 'scalar', offset: this.#last, value: null };
  }

  #add(node: YamlNode): void {
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'document') {
      if (this.#documents === 1) this.#root = node;
    } else if (frame?.kind === 'list') frame.items.push(node);
    else if (frame?.kind === 'map') this.#addToMap(frame, node);
  }

  #addToMap(frame: Extract<Frame, { kind: 'map' }>, node: YamlNode): void {
    const key = frame.key;
    if (key === undefined) {
      const message = `a key must be a word, not a ${node.kind}`;
      this.#report('WRONG_TYPE', node.offset, message, 'write it as in  name: value');
      frame.key = { word: undefined, offset: node.offset };
      return;
    }
    frame.key = undefined;
    if (key.word === undefined) return;
    if (key.word === '__proto__') this.#unusableKey(key.offset);
    else if (frame.entries.has(key.word)) this.#duplicate(frame, key.word, key.offset);
    else frame.entries.set(key.word, { keyOffset: key.offset, value: node });
  }

  #unusableKey(offset: number): void {
    this.#report(
      'BAD_NAME',
      offset,
      '"__proto__" cannot be a name here',
      'use letters, digits and hyphens, beginning with a letter',
    );
  }

  #duplicate(frame: Extract<Frame, { kind: 'map' }>, word: string, offset: number): void {
    const first = frame.entries.get(word)?.keyOffset ?? 0;
    this.#report('DUPLICATE_KEY', offset, `${quote(word)} appears twice`, () => {
      const line = this.text.slice(0, first).split(/\r\n|\r|\n/).length;
      return `it is already in line ${line}: keep one of the two, or give one another name`;
    });
  }

  #refuseMarks(event: { readonly tagStart: number; readonly tagEnd: number; readonly anchorStart: number }): void {
    if (event.anchorStart >= 0 && this.#aliases === undefined) this.#refuseAlias(event.anchorStart - 1);
    if (event.tagStart < 0) return;
    this.#whole = false;
    const tag = this.text.slice(event.tagStart, event.tagEnd);
    const message = `a topology file has no YAML tags such as ${quote(tag)}`;
    this.#report('YAML_TAG', event.tagStart, message, 'remove the tag: the key determines the type');
  }

  /** Once for a file: who uses aliases uses them everywhere. */
  #refuseAlias(offset: number): void {
    this.#whole = false;
    this.#last = offset;
    if (this.#aliasReported) return;
    this.#aliasReported = true;
    const message = 'a topology file has no YAML anchors (&name) and aliases (*name)';
    const hint = 'write the value out in each place; text that begins with & or * needs quotes';
    this.#report('YAML_ALIAS', offset, message, hint);
  }

  #secondDocument(): void {
    const hint = 'a topology file holds one: remove the "---" line, or make it a file of its own';
    this.#report('YAML_SYNTAX', this.#last, 'a second YAML document begins here', hint);
  }

  #report(code: Finding['code'], offset: number, message: string, hint: Finding['hint']): void {
    this.#findings.push({ offset, code, message, hint });
  }
}

/** The offset of a scalar as a reader sees it: with its quote; of a block, where its text begins. */
function placeOfScalar(event: ScalarEvent): number {
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  return quoted ? event.valueStart - 1 : event.valueStart;
}

function plainValue(source: string): string | number | boolean | null {
  for (const tag of [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(source, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return source;
}
