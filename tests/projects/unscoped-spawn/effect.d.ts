/** As much of two packages as the files here use. */
declare module "effect" {
  export namespace Effect {
    function gen<T>(body: () => Generator<unknown, T>): T;
    function sync<T>(body: () => T): Generator<unknown, T>;
    function runPromise(program: unknown): Promise<void>;
    function runFork(program: unknown): object;
  }
}

declare module "effection" {
  export function run(operation: () => Generator<unknown, void>): Promise<void>;
  export function main(operation: () => Generator<unknown, void>): Promise<void>;
  export function sleep(ms: number): Generator<unknown, void>;
}
