const width = 110;
const words = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i;

/** A text as a YAML scalar, in quotes where some reader could take it for something else. */
export function yamlScalar(text: string): string {
  const isPlain = /^[\w./][\w./:@+-]*$/.test(text) && !/::|:$/.test(text) && !words.test(text);
  return isPlain && Number.isNaN(Number(text)) && !/^\.(?:inf|nan)$/i.test(text) ? text : JSON.stringify(text);
}

/** Maps, lists and scalars as YAML: what fits in a line is in one line. */
export function yamlText(value: unknown): string {
  return block(value, 0);
}

function block(value: unknown, depth: number): string {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value))
    return value.map((item) => `${indent}-${part(item, depth + 1, indent.length + 2)}`).join('');
  return entriesOf(value)
    .map(([key, item]) => {
      const head = `${indent}${yamlScalar(key)}:`;
      return `${head}${part(item, depth + 1, head.length + 1)}`;
    })
    .join('');
}

/** What follows a key or a hyphen: on the same line where it fits, below it otherwise. */
function part(value: unknown, depth: number, used: number): string {
  if (typeof value === 'string' && isLiteral(value)) {
    const indent = '  '.repeat(depth);
    const lines = value.replace(/\n$/, '').split('\n');
    return ` ${value.endsWith('\n') ? '|' : '|-'}\n${lines.map((line) => (line === '' ? '\n' : `${indent}${line}\n`)).join('')}`;
  }
  const line = flow(value);
  const isFull = typeof value === 'object' && value !== null && sizeOf(value) > 0;
  const mustPart = isFull && (depth === 1 || hasLines(value));
  if (!mustPart && used + line.length <= width) return ` ${line}\n`;
  return isFull ? `\n${block(value, depth)}` : ` ${line}\n`;
}

function flow(value: unknown): string {
  if (typeof value === 'string') return yamlScalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${entriesOf(value)
    .map(([key, item]) => `${yamlScalar(key)}: ${flow(item)}`)
    .join(', ')}}`;
}

/** Several lines that a literal block gives back as they are. */
function isLiteral(text: string): boolean {
  return /^\S[^\n]*\n[^]*\S/.test(text) && !/\n\n$|[^\n\x20-\x7e\u00a0-\ud7ff]| \n/.test(text);
}

function hasLines(value: unknown): boolean {
  if (typeof value === 'string') return isLiteral(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLines);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(value as Record<string, unknown>);
}

function sizeOf(value: object): number {
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}
