import type { Finding } from '../model/finding.js';
import { quote } from '../model/finding.js';
import { parseYaml, type YamlEntry, type YamlNode } from '../file/yaml.js';

/** Puts the values of variables in: `$NAME`, `${NAME}`, `${NAME:-value}` and the like, as bash does. */
export class Variables {
  readonly findings: Finding[] = [];

  constructor(readonly values: Readonly<Record<string, string | undefined>>) {}

  /** A tree with all variables replaced, in keys too. A value that was one word is read again, as a number perhaps. */
  applyTo(node: YamlNode): YamlNode {
    switch (node.kind) {
      case 'list':
        return { ...node, items: node.items.map((item) => this.applyTo(item)) };
      case 'map':
        return {
          ...node,
          entries: new Map(
            Array.from(node.entries, ([key, entry]): [string, YamlEntry] => [
              this.expand(key, entry.keyOffset),
              { ...entry, value: this.applyTo(entry.value) },
            ]),
          ),
        };
      case 'scalar': {
        if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
        const text = this.expand(node.value, node.offset);
        const again = /^[\w.+-]+$/.test(text) ? parseYaml(text).root : undefined;
        return { ...node, value: again?.kind === 'scalar' ? again.value : text };
      }
    }
  }

  expand(text: string, offset: number): string {
    return text.replaceAll(
      /\$(?:(\$)|(\w+)|\{(\w+)(?:(:?[-=+])((?:[^{}]|\{[^{}]*\})*))?\})/g,
      (_all: string, dollar?: string, plain?: string, braced?: string, operator?: string, word?: string) => {
        if (dollar !== undefined) return '$';
        const name = plain ?? braced ?? '';
        const value = this.values[name];
        const isSet = operator?.startsWith(':') === true ? (value ?? '') !== '' : value !== undefined;
        if (operator?.endsWith('+') === true) return isSet ? this.expand(word ?? '', offset) : '';
        if (isSet) return value ?? '';
        if (operator !== undefined) return this.expand(word ?? '', offset);
        this.findings.push({
          offset,
          code: 'BAD_VALUE',
          message: `the variable ${quote(name)} has no value`,
          hint: `set it:  export ${name}=...  or give it a default in the file:  \${${name}:=value}`,
        });
        return '';
      },
    );
  }
}
