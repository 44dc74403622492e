/**
 * One block of FRR configuration. It always ends with `exit`: FRR 8.4 takes an `interface` line that follows an open
 * `router ospf6` block for one of that block's own, and drops it with one line in its log.
 */
export function frrBlock(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => ` ${line}`), 'exit', ''].join('\n');
}
