/** Waits that are documented to be started before the step that ends them. */
import type { Page } from "playwright";

export async function download(page: Page): Promise<string> {
  const event = page.waitForEvent("download");
  await page.click("a");
  return await event;
}

export async function read(page: Page): Promise<string> {
  const text = page.textContent("p"); // want require-join "nobody listens to `text` until then"
  await page.click("a");
  return await text;
}
