/** Where a rule's page is published: with the package itself, so that it fits the installed version. */
import { version } from "./version.ts";

/** Address of the page of the rule `name`. */
export function docsUrl(name: string): string {
  return `https://unpkg.com/eslint-plugin-asr@${version}/docs/rules/${name}.md`;
}
