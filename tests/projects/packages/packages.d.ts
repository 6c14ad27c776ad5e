/** Packages as their users see them: just enough of each one's types. */
declare module "knex" {
  export interface QueryBuilder extends Promise<unknown[]> {
    where(text: string): QueryBuilder;
  }
  export function table(name: string): QueryBuilder;
}

declare module "mongoose" {
  export class Query<T> {
    then(done: (value: T) => void, failed: (error: unknown) => void): Promise<void>;
    exec(): Promise<T>;
  }
  export class Model {
    static find(): Query<unknown[]>;
    save(): Promise<this>;
  }
}

declare module "drizzle-orm" {
  export interface QueryPromise<T> extends Promise<T> {
    limit(n: number): QueryPromise<T>;
  }
  export const db: { select(): QueryPromise<unknown[]> };
}

declare module "@prisma/client" {
  export interface PrismaPromise<T> extends Promise<T> {
    readonly [Symbol.toStringTag]: "PrismaPromise";
  }
  export class PrismaClient {
    user: { findMany(): PrismaPromise<unknown[]> };
    $connect(): Promise<void>;
    $transaction(queries: PrismaPromise<unknown>[]): Promise<unknown[]>;
  }
}

declare module "vitest" {
  type Body = () => void | Promise<void>;
  interface Registry {
    (name: string, body: Body): void;
    only(name: string, body: Body): void;
  }
  export const it: Registry;
  export function describe(name: string, body: () => void): void;
  export function expect(value: unknown): { readonly rejects: { toThrow(): Promise<void> }; toBe(value: unknown): void };
}

declare module "p-queue" {
  export default class PQueue {
    add<T>(work: () => Promise<T>): Promise<T>;
    onIdle(): Promise<void>;
  }
}

declare module "express" {
  export interface Response {
    status(code: number): this;
    json(value: unknown): this;
  }
  export interface Request {
    readonly path: string;
  }
  export type Handler = (request: Request, response: Response, next: (error?: unknown) => void) => void;
  export interface Router {
    get(path: string, handler: Handler): this;
  }
  export function Router(): Router;
}

declare module "fastify" {
  export interface FastifyReply {
    send(value: unknown): FastifyReply;
    then(done: () => void, failed: (error: unknown) => void): void;
  }
  export interface FastifyInstance {
    get(path: string, handler: (request: unknown, reply: FastifyReply) => unknown): FastifyInstance;
  }
  export default function fastify(): FastifyInstance;
}

declare module "lodash" {
  interface LoDashStatic {
    forEach<T>(items: T[], visit: (item: T) => unknown): T[];
    filter<T>(items: T[], test: (item: T) => unknown): T[];
    map<T, U>(items: T[], make: (item: T) => U): U[];
    debounce<F extends (...args: never[]) => unknown>(f: F, ms: number): F;
  }
  const lodash: LoDashStatic;
  export default lodash;
}

declare module "yargs" {
  export interface Argv {
    command(name: string, run: () => void | Promise<void>): Argv;
    parse(): { readonly _: string[] } | Promise<{ readonly _: string[] }>;
    readonly argv: { readonly _: string[] } | Promise<{ readonly _: string[] }>;
  }
  export default function yargs(args: readonly string[]): Argv;
}

declare module "yargs/helpers" {
  export function hideBin(args: readonly string[]): string[];
}
