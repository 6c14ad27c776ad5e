/** Starts the service and stops it when it is told to. */
import { App } from "./app.js";
import { configFromEnv } from "./config.js";

async function main(): Promise<void> {
  const app = new App(configFromEnv(process.env));
  const url = await app.start();
  process.once("SIGTERM", async () => {
    console.log("stopping");
    await app.stop();
    process.exit();
  });
  console.log(`listening on ${url}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
