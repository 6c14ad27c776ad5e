/** Drivers of databases, queues and browsers: matched by the package that declares the function, whatever the variable is called. */
import { Mutex } from "async-mutex";
import { Kafka } from "kafkajs";
import { MongoClient } from "mongodb";
import { Client, type Pool } from "pg";
import { chromium } from "playwright";
import { createClient as redis } from "redis";
import type { DataSource } from "typeorm";
import { window } from "vscode";

export async function pooled(pool: Pool): Promise<string[]> {
  const client = await pool.connect(); // want require-disposal "nothing gives back the pooled connection"
  const rows = await client.query("select 1");
  client.release();
  return rows;
}

export async function pooledAndReleased(pool: Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    return await client.query("select 1");
  } finally {
    client.release();
  }
}

export async function begins(pool: Pool): Promise<void> {
  const client = await pool.connect(); // want require-disposal "before the `try` begins"
  await client.query("begin");
  try {
    await client.query("commit");
  } finally {
    client.release();
  }
}

export async function warmsUp(pool: Pool): Promise<void> {
  await pool.connect(); // want require-disposal "Nobody holds the pooled connection"
}

/** What was never connected needs no end. */
export async function connects(): Promise<string[]> {
  const client = new Client(); // want require-disposal "nothing gives back the database connection"
  await client.connect();
  const rows = await client.query("select 1");
  await client.end();
  return rows;
}

export async function names(url: string): Promise<string[]> {
  const client = await MongoClient.connect(url); // want require-disposal "never given back"
  return await client.names();
}

export async function cached(key: string): Promise<string | null> {
  const client = redis(); // want require-disposal "never given back on the way out"
  await client.connect();
  if (key === "") return null;
  const value = await client.get(key).catch(() => null);
  await client.quit();
  return value;
}

export async function runs(source: DataSource): Promise<number> {
  const runner = source.createQueryRunner(); // want require-disposal "nothing gives back the query runner"
  const rows = await runner.query("select 1");
  await runner.release();
  return rows.length;
}

export async function locks(mutex: Mutex, pool: Pool): Promise<void> {
  const unlock = await mutex.acquire(); // want require-disposal "nothing gives back the lock"
  await warmsUp(pool);
  unlock();
}

export async function title(): Promise<string> {
  const browser = await chromium.launch(); // want require-disposal "nothing gives back the browser"
  const page = await browser.newPage();
  const text = await page.title();
  await browser.close();
  return text;
}

export async function sends(kafka: Kafka): Promise<void> {
  const producer = kafka.producer(); // want require-disposal "nothing gives back the broker client"
  await producer.connect();
  await producer.send("x");
  await producer.disconnect();
}

export function writes(text: string): void {
  const channel = window.createOutputChannel("x"); // want require-disposal "never given back"
  channel.append(text);
}
