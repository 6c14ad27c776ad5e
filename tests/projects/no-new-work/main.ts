import { Cell, Registry, named } from "./hand.js";

export declare function run(name: string): Promise<number>;

/** The same promise, decorated: it is returned two lines later. */
export function start(name: string): Promise<number> {
  const task = run(name);
  Object.defineProperties(task, { label: { value: name } });
  Object.defineProperty(task, "started", { value: 1 });
  Object.assign(task, { name });
  named(task, name);
  return task;
}

const cell = new Cell<Promise<number>>();
const registry = new Registry();

export function fill(name: string): void {
  cell.set(run(name));
  registry.keep(run(name));
}

export async function settle(): Promise<number | undefined> {
  await registry.settle();
  return await cell.get();
}

const slots = new Map<string, Promise<number>>();
const queue: Promise<number>[] = [];
const running = new WeakMap<object, Promise<number>>();

/** Taking an entry out starts nothing. */
export function forget(name: string, owner: object): void {
  slots.delete(name);
  slots.get(name);
  queue.splice(0, 1);
  queue.pop();
  queue.shift();
  running.delete(owner);
}

export async function finish(): Promise<void> {
  await Promise.all([...slots.values(), ...queue]);
}

/** The twins: these start something each time. */
export function begin(name: string): void {
  named(run(name), name); // want no-floating-task "nobody waits for"
  queue.map((task) => task.then(String)); // want no-floating-task "nobody waits for"
}
