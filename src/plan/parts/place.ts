import { isPlaced, type PlaceRule, type PlaceWanted } from '../../topology/model/place/place-rule.js';

/** In which order rules count: what is said of a node itself, then of a pattern, then of its system; of equals the first. */
const order = ['node', 'pattern', 'system'] as const;

/** Where the file wants a node; undefined where it does not say. */
export function placeOf(rules: readonly PlaceRule[], name: string, asn: number | undefined): PlaceWanted | undefined {
  for (const kind of order) {
    const rule = rules.find(({ of }) => of.kind === kind && isPlaced(of, name, asn));
    if (rule !== undefined) return { machines: rule.machines, label: rule.label };
  }
  return undefined;
}
