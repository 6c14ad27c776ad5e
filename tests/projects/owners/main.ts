import { work } from "./platform.js";

/** The root of the program: what starts here lives as long as the process. */
async function main(): Promise<void> {
  await work();
  work(); // want no-floating-task "nobody waits for"
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

main();
void main();

if (process.argv.includes("--twice")) main();
