/** What packages hand out: a row of the catalogue each, given back on the straight way only. */
import type { Client as LibSql } from "@libsql/client";
import type { Tracer } from "@opentelemetry/api";
import { PrismaClient } from "@prisma/client";
import { connect as dial, type ChannelModel } from "amqplib";
import type { Semaphore } from "async-mutex";
import type { Semaphore as Permits } from "await-semaphore";
import { Database } from "better-sqlite3";
import { Queue } from "bullmq";
import { watch as observe } from "chokidar";
import { Redis } from "ioredis";
import { Kysely, type ControlledTransactionBuilder } from "kysely";
import type { Collection, MongoClient } from "mongodb";
import { connectAsync } from "mqtt";
import { createConnection, createPool, type Pool as MySqlPool } from "mysql2";
import { connect as join } from "nats";
import { driver, type Driver } from "neo4j-driver";
import { spawn as terminal } from "node-pty";
import { createPool as pooled, getConnection } from "oracledb";
import { Pool as PgPool } from "pg";
import { Piscina } from "piscina";
import type { APIRequest, Browser, BrowserContext } from "playwright";
import type { Sql } from "postgres";
import type { RedisClient } from "redis";
import { Redlock } from "redlock";
import { Sequelize } from "sequelize";
import { io } from "socket.io-client";
import { open as openDatabase } from "sqlite";
import type { Database as Sqlite } from "sqlite3";
import type { GenericContainer } from "testcontainers";
import { Agent } from "undici";
import { WebSocketServer } from "ws";
declare function done(): Promise<void>;

export async function mysql2PooledConnection(pool: MySqlPool): Promise<void> {
  const x = await pool.getConnection(); // want require-disposal "nothing gives back the pooled connection"
  await done();
  x.release();
}

export async function mysql2DatabaseConnection(): Promise<void> {
  const x = await createConnection(""); // want require-disposal "nothing gives back the database connection"
  await done();
  await x.end();
}

export async function mysql2Pool(): Promise<void> {
  const x = createPool(""); // want require-disposal "nothing gives back the pool"
  await done();
  await x.end();
}

export async function pgPool(): Promise<void> {
  const x = new PgPool(); // want require-disposal "nothing gives back the pool"
  await done();
  await x.end();
}

export async function mongodbSession(client: MongoClient): Promise<void> {
  const x = client.startSession(); // want require-disposal "nothing gives back the session"
  await done();
  await x.endSession();
}

export async function mongodbCursor(all: Collection): Promise<void> {
  const x = all.find(); // want require-disposal "nothing gives back the cursor"
  await done();
  await x.close();
}

export async function redisDatabaseClient(client: RedisClient): Promise<void> {
  const x = client.duplicate(); // want require-disposal "nothing gives back the database client"
  await done();
  await x.quit();
}

export async function ioredisDatabaseClient(): Promise<void> {
  const x = new Redis(); // want require-disposal "nothing gives back the database client"
  await done();
  await x.quit();
}

export async function kyselyTransaction(builder: ControlledTransactionBuilder): Promise<void> {
  const x = await builder.execute(); // want require-disposal "nothing gives back the transaction"
  await done();
  await x.commit();
}

export async function kyselyDatabaseClient(): Promise<void> {
  const x = new Kysely(); // want require-disposal "nothing gives back the database client"
  await done();
  await x.destroy();
}

export async function sequelizeTransaction(sequelize: Sequelize): Promise<void> {
  const x = await sequelize.transaction(); // want require-disposal "nothing gives back the transaction"
  await done();
  await x.commit();
}

export async function sequelizeDatabaseClient(): Promise<void> {
  const x = new Sequelize(); // want require-disposal "nothing gives back the database client"
  await done();
  await x.close();
}

export async function betterSqlite3Database(): Promise<void> {
  const x = new Database(); // want require-disposal "nothing gives back the database"
  await done();
  x.close();
}

export async function amqplibBrokerConnection(): Promise<void> {
  const x = await dial(""); // want require-disposal "nothing gives back the broker connection"
  await done();
  await x.close();
}

export async function amqplibChannel(broker: ChannelModel): Promise<void> {
  const x = await broker.createChannel(); // want require-disposal "nothing gives back the channel"
  await done();
  await x.close();
}

export async function postgresPooledConnection(sql: Sql): Promise<void> {
  const x = await sql.reserve(); // want require-disposal "nothing gives back the pooled connection"
  await done();
  x.release();
}

export async function oracledbDatabaseConnection(): Promise<void> {
  const x = await getConnection(); // want require-disposal "nothing gives back the database connection"
  await done();
  await x.close();
}

export async function oracledbPool(): Promise<void> {
  const x = await pooled(); // want require-disposal "nothing gives back the pool"
  await done();
  await x.close();
}

export async function neo4jDriverDatabaseSession(db: Driver): Promise<void> {
  const x = db.session(); // want require-disposal "nothing gives back the database session"
  await done();
  await x.close();
}

export async function neo4jDriverDatabaseClient(): Promise<void> {
  const x = driver(""); // want require-disposal "nothing gives back the database client"
  await done();
  await x.close();
}

export async function libsqlClientTransaction(client: LibSql): Promise<void> {
  const x = await client.transaction(); // want require-disposal "nothing gives back the transaction"
  await done();
  x.close();
}

export async function sqliteDatabase(): Promise<void> {
  const x = await openDatabase(""); // want require-disposal "nothing gives back the database"
  await done();
  await x.close();
}

export async function sqlite3Statement(db: Sqlite): Promise<void> {
  const x = db.prepare(""); // want require-disposal "nothing gives back the statement"
  await done();
  x.finalize();
}

export async function prismaClientDatabaseClient(): Promise<void> {
  const x = new PrismaClient(); // want require-disposal "nothing gives back the database client"
  await done();
  await x.$disconnect();
}

export async function natsBrokerConnection(): Promise<void> {
  const x = await join(); // want require-disposal "nothing gives back the broker connection"
  await done();
  await x.close();
}

export async function mqttBrokerClient(): Promise<void> {
  const x = await connectAsync(""); // want require-disposal "nothing gives back the broker client"
  await done();
  await x.endAsync();
}

export async function bullmqQueue(): Promise<void> {
  const x = new Queue("x"); // want require-disposal "nothing gives back the queue"
  await done();
  await x.close();
}

export async function playwrightRequestContext(api: APIRequest): Promise<void> {
  const x = await api.newContext(); // want require-disposal "nothing gives back the request context"
  await done();
  await x.dispose();
}

export async function playwrightPage(browser: Browser): Promise<void> {
  const x = await browser.newPage(); // want require-disposal "nothing gives back the page"
  await done();
  await x.close();
}

export async function playwrightProtocolSession(context: BrowserContext): Promise<void> {
  const x = await context.newCDPSession(); // want require-disposal "nothing gives back the protocol session"
  await done();
  await x.detach();
}

export async function wsServer(): Promise<void> {
  const x = new WebSocketServer(); // want require-disposal "nothing gives back the server"
  await done();
  x.close();
}

export async function socketIoClientClient(): Promise<void> {
  const x = io(""); // want require-disposal "nothing gives back the client"
  await done();
  x.close();
}

export async function chokidarFileWatcher(path: string): Promise<void> {
  const x = observe(path); // want require-disposal "nothing gives back the file watcher"
  await done();
  await x.close();
}

export async function piscinaPoolOfWorkers(): Promise<void> {
  const x = new Piscina(); // want require-disposal "nothing gives back the pool of workers"
  await done();
  await x.destroy();
}

export async function testcontainersContainer(container: GenericContainer): Promise<void> {
  const x = await container.start(); // want require-disposal "nothing gives back the container"
  await done();
  await x.stop();
}

export async function nodePtyTerminal(): Promise<void> {
  const x = terminal("sh"); // want require-disposal "nothing gives back the terminal"
  await done();
  x.kill();
}

export async function opentelemetryApiSpan(tracer: Tracer): Promise<void> {
  const x = tracer.startSpan("x"); // want require-disposal "nothing gives back the span"
  await done();
  x.end();
}

export async function asyncMutexLock(semaphore: Semaphore): Promise<void> {
  const [, release] = await semaphore.acquire(); // want require-disposal "nothing gives back the lock"
  await done();
  release();
}

export async function awaitSemaphoreLock(permits: Permits): Promise<void> {
  const x = await permits.acquire(); // want require-disposal "nothing gives back the lock"
  await done();
  x();
}

export async function redlockLock(redlock: Redlock): Promise<void> {
  const x = await redlock.acquire(["x"]); // want require-disposal "nothing gives back the lock"
  await done();
  await x.release();
}

export async function undiciDispatcher(): Promise<void> {
  const x = new Agent(); // want require-disposal "nothing gives back the dispatcher"
  await done();
  await x.close();
}
