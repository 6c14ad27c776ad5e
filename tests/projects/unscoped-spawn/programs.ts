/** A second root inside an operation is out of the reach of the first. */
import { Effect } from "effect";
import { main, run, sleep } from "effection";

export const notify = Effect.gen(function* () {
  yield* Effect.sync(() => 1);
  Effect.runFork(1); // want no-unscoped-spawn "`Effect.runFork` starts a program of its own"
});

export async function handle(): Promise<void> {
  await Effect.runPromise(notify);
}

await main(function* () {
  yield* sleep(1);
  yield run(function* () { // want no-unscoped-spawn "`run` starts a program of its own"
    yield* sleep(1);
  });
});
