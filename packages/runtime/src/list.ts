/** An intrusive list: members are added and dropped in O(1) and cost two fields each, because a group may see millions. */

/** What a member has to carry. */
export interface Link<T> {
  prev: T | undefined;
  next: T | undefined;
  abort(reason: unknown): void;
}

/** Members in the order they were added; a member is in at most one list. */
export class List<T extends Link<T>> {
  first: T | undefined;
  last: T | undefined;

  /** Appends `item`. */
  add(item: T): void {
    const last = this.last;
    item.prev = last;
    if (last) last.next = item;
    else this.first = item;
    this.last = item;
  }

  /** Removes `item`, and its links with it: a kept handle of a settled task must not retain its neighbours. */
  drop(item: T): void {
    const { prev, next } = item;
    if (prev) prev.next = next;
    else this.first = next;
    if (next) next.prev = prev;
    else this.last = prev;
    item.prev = item.next = undefined;
  }

  /** Aborts those that are members now; listeners may add and drop some meanwhile. */
  abort(reason: unknown): void {
    for (const item of this.snapshot()) item.abort(reason);
  }

  /** A copy to walk over while members come and go. */
  snapshot(): T[] {
    const items: T[] = [];
    for (let item = this.first; item; item = item.next) items.push(item);
    return items;
  }
}
