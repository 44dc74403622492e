import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import type { Check } from './checked.js';

/** vtysh reads 4,095 bytes at a time: what is behind them in a longer line would be a line of its own. */
const MOST_BYTES = 4000;

/** Each FRRouting line is one to vtysh too: short enough to be read at once, and of characters that can be seen. */
export const checkFrrLines: Check = ({ topology, at }) =>
  topology.nodes.flatMap(({ name, frr = '' }) =>
    frr.split(/\r?\n/).flatMap((line): readonly Finding[] => {
      const offset = at('nodes', name, 'frr');
      if (/[^\P{Cc}\t]/u.test(line))
        return [
          {
            offset,
            code: 'BAD_VALUE',
            message: `the FRRouting line ${quote(line.trim())} contains a control character`,
            hint: 'remove it: write one command in each line, of visible characters only',
          },
        ];
      if (new TextEncoder().encode(line).length < MOST_BYTES) return [];
      return [
        {
          offset,
          code: 'BAD_VALUE',
          message: `the FRRouting line ${quote(line.trim())} is as long as 4,000 bytes or longer`,
          hint: 'FRRouting reads at most 4,095 bytes of a line, and takes the rest for another line: write several lines',
        },
      ];
    }),
  );
