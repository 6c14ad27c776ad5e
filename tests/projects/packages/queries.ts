import { PrismaClient } from "@prisma/client";
import { db } from "drizzle-orm";
import { table } from "knex";
import { Model } from "mongoose";

const prisma = new PrismaClient();

/** A query runs when it is awaited, so a statement runs nothing. */
export function forgotten(): void {
  table("users"); // want no-floating-task "runs only when it is awaited: this statement does nothing"
  table("users").where("id = 1"); // want no-floating-task "runs only when it is awaited"
  Model.find(); // want no-floating-task "runs only when it is awaited"
  db.select().limit(1); // want no-floating-task "runs only when it is awaited"
  prisma.user.findMany(); // want no-floating-task "runs only when it is awaited"
  void table("users"); // want no-floating-task "runs only when it is awaited"
}

/** Some methods of the same packages run at once. */
export function started(): void {
  Model.find().exec(); // want no-floating-task "nobody waits for"
  new Model().save(); // want no-floating-task "nobody waits for"
  prisma.$connect(); // want no-floating-task "nobody waits for"
}

/** Building is not running: a query that is not used does no harm. */
export async function built(name: string): Promise<unknown> {
  const users = table("users");
  const named = users.where(`name = '${name}'`);
  await prisma.$transaction([prisma.user.findMany()]);
  return await named;
}
