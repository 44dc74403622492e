/** A line of FRRouting's configuration, and the blocks that it is in, the outermost first: `router bgp 65001`. */
export interface ConfiguredLine {
  readonly block: string;
  readonly line: string;
}

/** What of a running configuration differs from the one that a daemon was given. */
export interface LineDifferences {
  /** Was given, and is not there. */
  readonly missing: readonly ConfiguredLine[];
  /** Is there, and was not given. */
  readonly foreign: readonly ConfiguredLine[];
}

/**
 * The lines by which routing is decided, in words that FRRouting shows as they were written. Of others (names, logs, what
 * all versions write differently) nothing is said.
 */
const DECISIVE = [
  /^(?:no )?bgp (?:router-id|graceful|dampening|bestpath|cluster-id|default|network import-check|ebgp-requires-policy)/,
  /^(?:no )?neighbor \S+ (?:remote-as|route-map|shutdown|passive|next-hop-self|activate|route-reflector-client|prefix-list)/,
  /^(?:no )?neighbor \S+ (?:filter-list|distribute-list|allowas-in|maximum-prefix|default-originate|weight|graceful)/,
  /^(?:no )?(?:network|redistribute|aggregate-address|maximum-paths|graceful-restart|max-metric|stub-router|distance)\b/,
  /^(?:no )?(?:ospf6?) router-id /,
  /^(?:no )?(?:passive-interface|distribute-list|timers (?:throttle|lsa)|detect-multiplier|receive-interval|transmit-interval)\b/,
  /^(?:no )?ipv?6? ospf6? (?:area|cost|network|passive|dead-interval|hello-interval)\b/,
  /^(?:match|set) (?:community|comm-list|as-path|local-preference|metric)\b/,
  /^ipv?6? route /,
];
/** What FRRouting does not show where it is so by default. */
const DEFAULTS = [
  /^ipv?6? ospf6? (?:hello-interval 10|dead-interval 40|network broadcast)$/,
  /^timers throttle spf 0 50 5000$/,
  /^(?:detect-multiplier 3|(?:receive|transmit)-interval 300)$/,
];
const NESTED = /^(?:exit|exit-address-family|end|!.*)?$/;

/** The lines of a configuration, by the blocks that they are in. */
export function configuredLines(text: string): readonly ConfiguredLine[] {
  const open: { readonly depth: number; readonly line: string }[] = [];
  return text.split('\n').flatMap((written): readonly ConfiguredLine[] => {
    const line = written.trim();
    const depth = written.length - written.trimStart().length;
    if (NESTED.test(line)) return [];
    while ((open.at(-1)?.depth ?? -1) >= depth) open.pop();
    const block = open.map((each) => each.line).join(' / ');
    open.push({ depth, line });
    return [{ block, line }];
  });
}

/** Whether routing is decided by such a line. */
export function isDecisive(line: string): boolean {
  return DECISIVE.some((pattern) => pattern.test(line));
}

/**
 * How a daemon's running configuration differs from what it was given at its start, in the lines by which routing is
 * decided. The file's own lines, which are loaded later, are neither missing nor foreign, and what they change, or whose
 * block they take away, is not missing.
 */
export function lineDifferences(given: string, own: string, running: string): LineDifferences {
  const keyOf = ({ block, line }: ConfiguredLine): string => `${block} / ${line}`;
  const decisiveOf = (text: string): readonly ConfiguredLine[] =>
    configuredLines(text).filter(({ line }) => isDecisive(line));
  const [wanted, there] = [decisiveOf(given), decisiveOf(running)];
  const [known, found] = [new Set(wanted.map(keyOf)), new Set(there.map(keyOf))];
  const ownLines = configuredLines(own).map(({ line }) => line);
  const isOwn = (line: string): boolean => ownLines.includes(line);
  const isChanged = ({ block, line }: ConfiguredLine): boolean =>
    ownLines.some(
      (each) =>
        each === `no ${line}` ||
        subjectOf(each) === subjectOf(line) ||
        line.startsWith(each.replace(/^no /, '')) ||
        block.split(' / ').some((outer) => each === `no ${outer}`),
    );
  return {
    missing: wanted.filter(
      (each) => !found.has(keyOf(each)) && !isChanged(each) && !DEFAULTS.some((usual) => usual.test(each.line)),
    ),
    foreign: there.filter((each) => !known.has(keyOf(each)) && !isOwn(each.line)),
  };
}

/** What a line is about, without its last word, the value: `ip ospf cost`. */
function subjectOf(line: string): string {
  return line.replace(/^no /, '').replace(/ \S+$/, '');
}
