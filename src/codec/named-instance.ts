/** Parts of a name: what stands beside a whole word is none of these. */
const NAME_CHARACTER = /[A-Za-z0-9_-]/;

/**
 * The instance that a reply names: the only one of `instances` whose name stands in it as a whole word. Null where none
 * does, and where several do, as in a list of all servers.
 */
export function namedInstance(reply: string, instances: readonly string[]): string | null {
  // A name with a dot may begin with another one: what is the longer one's is not the shorter one's.
  let rest = reply;
  const found: string[] = [];
  for (const name of [...instances].sort((a, b) => b.length - a.length)) {
    if (!hasWord(rest, name)) continue;
    found.push(name);
    rest = rest.replaceAll(name, ' ');
  }
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? null : only;
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!NAME_CHARACTER.test(text[at - 1] ?? '') && !NAME_CHARACTER.test(text[at + word.length] ?? '')) return true;
  }
  return false;
}
