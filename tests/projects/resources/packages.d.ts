/** Packages as their users see them: just enough of each one's types. */
declare module "pg" {
  export class PoolClient {
    query(text: string): Promise<string[]>;
    release(): void;
  }
  export class Pool {
    connect(): Promise<PoolClient>;
    end(): Promise<void>;
  }
  export class Client {
    connect(): Promise<void>;
    query(text: string): Promise<string[]>;
    end(): Promise<void>;
  }
}

declare module "mongodb" {
  export class MongoClient {
    static connect(url: string): Promise<MongoClient>;
    names(): Promise<string[]>;
    close(): Promise<void>;
  }
}

declare module "redis" {
  export interface RedisClient {
    connect(): Promise<RedisClient>;
    get(key: string): Promise<string | null>;
    quit(): Promise<void>;
  }
  export function createClient(): RedisClient;
}

declare module "typeorm" {
  export interface QueryRunner {
    query(text: string): Promise<string[]>;
    release(): Promise<void>;
  }
  export class DataSource {
    createQueryRunner(): QueryRunner;
  }
}

declare module "async-mutex" {
  export class Mutex {
    acquire(): Promise<() => void>;
  }
}

declare module "playwright" {
  export interface Page {
    title(): Promise<string>;
  }
  export interface Browser {
    newPage(): Promise<Page>;
    close(): Promise<void>;
  }
  export interface BrowserType {
    launch(): Promise<Browser>;
  }
  export const chromium: BrowserType;
}

declare module "kafkajs" {
  export interface Producer {
    connect(): Promise<void>;
    send(text: string): Promise<void>;
    disconnect(): Promise<void>;
  }
  export class Kafka {
    producer(): Producer;
  }
}

declare module "undici" {
  export class Agent {
    close(): Promise<void>;
  }
  export function request(url: string, options: { dispatcher: Agent }): Promise<string>;
}

declare module "vscode" {
  export interface OutputChannel {
    append(text: string): void;
    dispose(): void;
  }
  export const window: { createOutputChannel(name: string): OutputChannel };
}
