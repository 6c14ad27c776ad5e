/** Data: thenables that do not behave like promises. Facts from the packages' own type declarations. */
import type ts from "typescript";
import type { Compiler } from "../language/compiler.ts";
import { originOf } from "../language/origins.ts";

/** Query builders and the like: no work starts until `then` is called, and every `then` runs it again. */
const lazyThenables: ReadonlyMap<string, readonly string[]> = new Map([
  ["knex", ["QueryBuilder", "Raw", "SchemaBuilder", "ChainableInterface", "BatchInsertBuilder"]],
  ["drizzle-orm", ["QueryPromise", "PgSelectBase", "PgInsertBase", "PgUpdateBase", "PgDeleteBase", "PgRaw", "PgRelationalQuery", "MySqlSelectBase", "MySqlInsertBase", "MySqlUpdateBase", "MySqlDeleteBase", "SQLiteSelectBase", "SQLiteInsertBase", "SQLiteUpdateBase", "SQLiteDeleteBase", "SQLiteRaw"]],
  ["mongoose", ["Query", "Aggregate"]],
  ["@prisma/client", ["PrismaPromise"]],
  [".prisma/client", ["PrismaPromise"]],
  ["@supabase/postgrest-js", ["PostgrestBuilder", "PostgrestFilterBuilder", "PostgrestTransformBuilder"]],
  ["objection", ["QueryBuilder", "Model"]],
  ["superagent", ["SuperAgentRequest", "Request"]],
  ["postgres", ["PendingQuery", "PendingRawQuery"]],
]);

/** Whether a type starts its work only when it is awaited. */
export function isLazyThenable(compiler: Compiler, symbol: ts.Symbol): boolean {
  const origin = originOf(compiler, symbol);
  if (origin?.startsWith("package:") !== true) return false;
  return lazyThenables.get(origin.slice("package:".length))?.includes(symbol.name) ?? false;
}
