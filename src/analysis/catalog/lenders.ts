/** Data: library functions that lend something to a callback, and take it back when the callback has ended. */
import type { Origin } from "../language/origins.ts";

export interface LenderEntry {
  /** `Owner.member`, or a bare member name. */
  readonly names: readonly string[];
  readonly origins: readonly Origin[];
  /** Positions of the callback's parameters that are lent; the first unless said otherwise. */
  readonly lends?: readonly number[];
}

export const lenders: readonly LenderEntry[] = [
  { names: ["transaction", "$transaction", "withTransaction"], origins: ["package:drizzle-orm", "package:typeorm", "package:sequelize", "package:sequelize-typescript", "package:knex", "package:objection", "package:@prisma/client", "package:.prisma/client", "package:slonik", "package:mongodb", "package:mongoose", "package:dexie", "package:@libsql/client", "package:@neondatabase/serverless", "package:bookshelf"] },
  { names: ["transactional"], origins: ["package:@mikro-orm/core", "package:@mikro-orm/knex", "package:@mikro-orm/sql"] },
  { names: ["TransactionBuilder.execute", "ConnectionBuilder.execute"], origins: ["package:kysely"] },
  { names: ["begin", "savepoint"], origins: ["package:postgres"] },
  { names: ["tx", "txIf", "task", "taskIf"], origins: ["package:pg-promise"] },
  { names: ["connect"], origins: ["package:slonik"] },
  { names: ["withSession"], origins: ["package:mongodb"] },
  { names: ["LockManager.request"], origins: ["lib"] },
  { names: ["use"], origins: ["package:generic-pool", "package:tarn"] },
];

/** Names that say by themselves that what the callback is given is taken back: `transaction`, `runInTransaction`, `withConnection`. */
export const lendingNames = /^(?:\$?transact(?:ion|ional)?|(?:run|exec|execute|do|in|run_?in|with|use|start|perform)_?(?:In|A|The|New)?_?[Tt]ransaction\w*|tx|with[A-Z]\w*|lease|borrow|usingConnection|useConnection|useClient)$/u;

/** Those of them that mean the same whatever the body does. */
export const transactionNames = /transact|^tx$/iu;

/** Names of types of which one use ends what the others do. */
export const lentTypes = /^(?:\w*(?:Transaction|Tx|Trx|Connection|Conn|Session|PoolClient|QueryRunner|EntityManager)(?:Context|Client|Object|Handle)?)$/u;

/** Methods that end what they are called on, or what they are given. */
export const endingMembers = /^(?:close|commit|destroy|disconnect|dispose|end|free|finish|quit|release|rollback|terminate|unlock|return|giveBack|checkin)(?:Async|Sync|Transaction|Connection|Client|Session|Lock|Resource|Object)?$/u;

/** Functions without an object that end something: `release()`, as a lock hands it out. */
export const endingFunctions = /^(?:release|unlock|dispose|close|free|restore|clean_?up)\w*$/iu;

/** Functions that end what they are given: `rm(dir)`, `pool.release(client)`. */
export const endingCalls = /^(?:rm|rmdir|rimraf|unlink|remove|release|close|dispose|destroy|free|disconnect|end)(?:Sync|Async|File|Dir|Directory|Connection|Client|Lock|Handle|Session)?$/u;
