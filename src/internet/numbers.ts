const EMPTY = -1;
const LEAST_SLOTS = 1024;

/** AS numbers, each with an index in the order in which they came: a hash table with open addressing. */
export class AsNumbers {
  #slots = new Int32Array(LEAST_SLOTS).fill(EMPTY);
  #asns = new Uint32Array(LEAST_SLOTS / 2);
  #count = 0;

  /** The index of a number; a new one where it was not there. */
  indexFor(asn: number): number {
    const slot = this.#slotOf(asn);
    const known = this.#slots[slot] ?? EMPTY;
    if (known !== EMPTY) return known;
    if (this.#count === this.#asns.length) {
      this.#grow();
      return this.indexFor(asn);
    }
    this.#slots[slot] = this.#count;
    this.#asns[this.#count] = asn;
    return this.#count++;
  }

  indexOf(asn: number): number | undefined {
    const known = this.#slots[this.#slotOf(asn)] ?? EMPTY;
    return known === EMPTY ? undefined : known;
  }

  /** All numbers by their index. */
  all(): Uint32Array {
    return this.#asns.slice(0, this.#count);
  }

  /** Where a number is, or would be. Half of all slots are empty at least. */
  #slotOf(asn: number): number {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(asn, 0x9e_37_79_b1) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      const known = this.#slots[slot] ?? EMPTY;
      if (known === EMPTY || this.#asns[known] === asn) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const asns = new Uint32Array(2 * this.#asns.length);
    asns.set(this.#asns);
    this.#asns = asns;
    this.#slots = new Int32Array(2 * asns.length).fill(EMPTY);
    for (let index = 0; index < this.#count; index++) this.#slots[this.#slotOf(asns[index] ?? 0)] = index;
  }
}
