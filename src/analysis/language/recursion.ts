/** A memo for questions that may ask themselves: the answer of a cycle does not depend on where one entered it. */

interface Frame<K> {
  readonly index: number;
  /** Index of the outermost open question that the answer rests on. */
  lowest: number;
  /** Questions answered meanwhile on the strength of an assumption about an open one. */
  readonly provisional: K[];
}

/**
 * Keeps answers by key. A question asked while it is open gets the assumption; what was answered on the strength of it is kept only
 * until the question closes, and forgotten if the assumption was wrong (after Tarjan's strongly connected components).
 */
export class RecursiveMemo<K, V> {
  readonly #assumption: V;
  readonly #cutOff: V;
  readonly #maxDepth: number;
  readonly #holds: (answer: V) => boolean;
  readonly #answers = new Map<K, V>();
  /** For an answer that rests on an open question: the index of that question. */
  readonly #restsOn = new Map<K, number>();
  readonly #open = new Map<K, number>();
  readonly #stack: Frame<K>[] = [];

  /**
   * @param assumption answer of a question that is asked while it is open.
   * @param holds whether an answer is what was assumed.
   * @param cutOff answer when questions nest deeper than `maxDepth`.
   */
  constructor(assumption: V, holds: (answer: V) => boolean, cutOff: V, maxDepth: number) {
    this.#assumption = assumption;
    this.#holds = holds;
    this.#cutOff = cutOff;
    this.#maxDepth = maxDepth;
  }

  get(key: K, compute: () => V): V {
    const known = this.#answers.get(key);
    if (known !== undefined) {
      this.#lower(this.#restsOn.get(key));
      return known;
    }
    const opened = this.#open.get(key);
    if (opened !== undefined) {
      this.#lower(opened);
      return this.#assumption;
    }
    if (this.#stack.length >= this.#maxDepth) return this.#cutOff;
    const frame: Frame<K> = { index: this.#stack.length, lowest: this.#stack.length, provisional: [] };
    this.#stack.push(frame);
    this.#open.set(key, frame.index);
    const answer = compute();
    this.#stack.pop();
    this.#open.delete(key);
    this.#close(key, answer, frame);
    return answer;
  }

  #close(key: K, answer: V, frame: Frame<K>): void {
    this.#answers.set(key, answer);
    if (frame.lowest < frame.index) {
      this.#restsOn.set(key, frame.lowest);
      this.#stack.at(-1)?.provisional.push(key, ...frame.provisional);
      this.#lower(frame.lowest);
      return;
    }
    const wrong = !this.#holds(answer);
    for (const member of frame.provisional) {
      this.#restsOn.delete(member);
      if (wrong) this.#answers.delete(member);
    }
  }

  #lower(index: number | undefined): void {
    const top = this.#stack.at(-1);
    if (top !== undefined && index !== undefined && index < top.lowest) top.lowest = index;
  }
}
