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
  export interface ClientSession {
    endSession(): Promise<void>;
  }
  export interface FindCursor {
    close(): Promise<void>;
  }
  export interface Collection {
    find(): FindCursor;
  }
  export class MongoClient {
    startSession(): ClientSession;
    static connect(url: string): Promise<MongoClient>;
    names(): Promise<string[]>;
    close(): Promise<void>;
  }
}

declare module "redis" {
  export interface RedisClient {
    connect(): Promise<RedisClient>;
    duplicate(): RedisClient;
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
  export class Semaphore {
    acquire(): Promise<[number, () => void]>;
  }
  export class Mutex {
    acquire(): Promise<() => void>;
  }
}

declare module "playwright" {
  export interface APIRequestContext {
    dispose(): Promise<void>;
  }
  export interface APIRequest {
    newContext(): Promise<APIRequestContext>;
  }
  export interface CDPSession {
    detach(): Promise<void>;
  }
  export interface BrowserContext {
    newCDPSession(): Promise<CDPSession>;
  }
  export interface Page {
    close(): Promise<void>;
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

declare module "mysql2" {
  export interface Connection { release(): void; end(): Promise<void> }
  export interface Pool { getConnection(): Promise<Connection>; end(): Promise<void> }
  export function createConnection(url: string): Promise<Connection>;
  export function createPool(url: string): Pool;
}

declare module "ioredis" {
  export class Redis { quit(): Promise<void>; duplicate(): Redis }
}

declare module "kysely" {
  export interface ControlledTransaction { commit(): Promise<void>; rollback(): Promise<void> }
  export class ControlledTransactionBuilder { execute(): Promise<ControlledTransaction> }
  export class Kysely { destroy(): Promise<void> }
}

declare module "sequelize" {
  export interface Transaction { commit(): Promise<void>; rollback(): Promise<void> }
  export class Sequelize { transaction(): Promise<Transaction>; close(): Promise<void> }
}

declare module "better-sqlite3" {
  export class Database { close(): void }
}

declare module "amqplib" {
  export interface Channel { close(): Promise<void> }
  export interface ChannelModel { createChannel(): Promise<Channel>; close(): Promise<void> }
  export function connect(url: string): Promise<ChannelModel>;
}

declare module "postgres" {
  export interface ReservedSql { release(): void }
  export interface Sql { reserve(): Promise<ReservedSql> }
}

declare module "oracledb" {
  export interface Connection { close(): Promise<void> }
  export function getConnection(): Promise<Connection>;
  export function createPool(): Promise<Connection>;
}

declare module "neo4j-driver" {
  export interface Session { close(): Promise<void> }
  export interface Driver { session(): Session; close(): Promise<void> }
  export function driver(url: string): Driver;
}

declare module "@libsql/client" {
  export interface Transaction { close(): void }
  export interface Client { transaction(): Promise<Transaction> }
}

declare module "sqlite" {
  export class Database { close(): Promise<void> }
  export function open(file: string): Promise<Database>;
}

declare module "sqlite3" {
  export interface Statement { finalize(): void }
  export class Database { prepare(sql: string): Statement }
}

declare module "@prisma/client" {
  export class PrismaClient { $disconnect(): Promise<void> }
}

declare module "nats" {
  export interface NatsConnection { close(): Promise<void>; drain(): Promise<void> }
  export function connect(): Promise<NatsConnection>;
}

declare module "mqtt" {
  export interface MqttClient { endAsync(): Promise<void> }
  export function connectAsync(url: string): Promise<MqttClient>;
}

declare module "bullmq" {
  export class Queue { constructor(name: string); close(): Promise<void> }
}

declare module "ws" {
  export class WebSocketServer { close(): void }
}

declare module "socket.io-client" {
  export interface Socket { close(): void }
  export function io(url: string): Socket;
}

declare module "chokidar" {
  export class FSWatcher { close(): Promise<void> }
  export function watch(path: string): FSWatcher;
}

declare module "piscina" {
  export class Piscina { destroy(): Promise<void> }
}

declare module "testcontainers" {
  export interface StartedTestContainer { stop(): Promise<void> }
  export class GenericContainer { start(): Promise<StartedTestContainer> }
}

declare module "node-pty" {
  export interface IPty { kill(): void }
  export function spawn(file: string): IPty;
}

declare module "@opentelemetry/api" {
  export interface Span { end(): void }
  export interface Tracer { startSpan(name: string): Span }
}

declare module "await-semaphore" {
  export class Semaphore { acquire(): Promise<() => void> }
}

declare module "redlock" {
  export interface Lock { release(): Promise<void> }
  export class Redlock { acquire(keys: string[]): Promise<Lock> }
}
