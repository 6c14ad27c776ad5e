/** Data: what has to be given back once it was acquired. A row is matched by where the acquiring function is declared, never by its bare name. */
import type { Origin } from "../language/origins.ts";

/** How sure it is that somebody has to give a value back. */
export type Demand =
  /** Whoever acquires it and neither gives it back nor hands it on leaks it. */
  | "always"
  /** It may end by itself, or live as long as the process: only code that gives it back on one path owes it on the others. */
  | "bracketed";

export interface ResourceEntry {
  /** What it is, for messages. */
  readonly what: string;
  /** `Owner.member`, `module.function`, a bare function name, or `new Class`. */
  readonly acquire: readonly string[];
  readonly origins: readonly Origin[];
  /** Methods of the value that give it back. */
  readonly release: readonly string[];
  /** Functions that take the value to give it back: `clearTimeout(timer)`. */
  readonly releasedBy?: readonly string[];
  /** The value is a function, and calling it gives the resource back; or this part of the value is, by its name or index. */
  readonly callToRelease?: true | string;
  /** Parts of the value that have the methods in its place: `channel.port1.close()`. */
  readonly parts?: readonly string[];
  /** Only where it is called as a function: a method of the same name does something else. */
  readonly standalone?: true;
  /** Whether giving it back takes time. */
  readonly async?: true;
  readonly demand: Demand;
  /** Methods that set it in motion for good: what is read to its end closes itself. */
  readonly spentBy?: readonly string[];
  /** Events whose listener says that it ends by itself, and that somebody is told. */
  readonly endsWith?: readonly string[];
  /** An error of its own ends it: who waits for an event of it, and fails, has nothing left to give back. */
  readonly endsByError?: true;
  /** Each use of it may fail by itself, without an `await`. */
  readonly failsInUse?: true;
  /** It is a mere string: whoever gets a copy does not become its owner. */
  readonly copied?: true;
  /** A `for await` over it that is left by a `break` does not end it. */
  readonly openAfterBreak?: true;
  /** It does nothing by itself: once its user is done, nobody could tell that it is closed. */
  readonly passive?: true;
  /** Options that leave it to somebody else: `{ signal }`, `{ autoClose: false }`. */
  readonly exemptedBy?: readonly string[];
}

const lib: readonly Origin[] = ["lib", "node"];
const node: readonly Origin[] = ["node"];
const listening = ["on", "once", "addListener"];
const streamMoves = ["pipe", "resume", ...listening];
const inModules = (modules: readonly string[], ...names: readonly string[]): string[] => modules.flatMap((module) => names.map((name) => `${module}.${name}`));

export const resourceCatalog: readonly ResourceEntry[] = [
  // Node: files.
  { what: "file handle", acquire: inModules(["fs/promises"], "open", "opendir"), origins: node, release: ["close"], async: true, passive: true, demand: "always", spentBy: ["createReadStream", "createWriteStream", "readLines", "readableWebStream"] },
  { what: "directory handle", acquire: ["fs.opendirSync"], origins: node, release: ["close", "closeSync"], passive: true, demand: "always" },
  { what: "file descriptor", acquire: ["fs.openSync"], origins: node, release: [], releasedBy: ["fs.closeSync", "fs.close"], failsInUse: true, demand: "always" },
  { what: "file watcher", acquire: ["fs.watch"], origins: node, release: ["close"], demand: "always", exemptedBy: ["signal", "persistent"], endsWith: ["close"] },
  { what: "file stream", acquire: inModules(["fs"], "createReadStream", "createWriteStream"), origins: node, release: ["close", "destroy", "end"], endsByError: true, demand: "bracketed", spentBy: streamMoves, exemptedBy: ["signal"] },


  // Node: network and processes.
  { what: "server", acquire: inModules(["http", "https", "http2", "net", "tls"], "createServer", "createSecureServer"), origins: node, release: ["close", "closeAllConnections"], endsByError: true, demand: "bracketed" },
  { what: "socket", acquire: [...inModules(["net", "tls"], "connect", "createConnection"), "http2.connect", "new Socket", "new TLSSocket"], origins: node, release: ["end", "destroy", "destroySoon", "close"], endsByError: true, demand: "bracketed", spentBy: ["pipe"], exemptedBy: ["signal"] },
  { what: "UDP socket", acquire: ["dgram.createSocket"], origins: node, release: ["close"], demand: "bracketed", exemptedBy: ["signal"] },
  { what: "child process", acquire: inModules(["child_process"], "spawn", "fork", "exec", "execFile"), origins: node, release: ["kill", "disconnect"], endsByError: true, demand: "bracketed", exemptedBy: ["signal"], endsWith: ["exit", "close"] },
  { what: "worker", acquire: ["new Worker"], origins: lib, release: ["terminate"], endsByError: true, demand: "always", endsWith: ["exit", "close"] },
  { what: "line reader", acquire: inModules(["readline", "readline/promises"], "createInterface"), origins: node, release: ["close"], demand: "always", spentBy: listening, exemptedBy: ["signal"], openAfterBreak: true },

  { what: "HTTP agent", acquire: ["new Agent"], origins: node, release: ["destroy"], demand: "bracketed" },
  { what: "event iterator", acquire: ["EventEmitter.on"], origins: node, standalone: true, release: ["return"], async: true, demand: "always", exemptedBy: ["signal"] },
  { what: "hook", acquire: ["async_hooks.createHook"], origins: node, release: ["disable"], demand: "bracketed" },
  { what: "inspector session", acquire: ["new Session"], origins: node, release: ["disconnect"], demand: "bracketed" },

  // Timers.
  { what: "timer", acquire: ["setTimeout", "timers.setTimeout"], origins: lib, release: ["close"], releasedBy: ["clearTimeout", "clearInterval"], demand: "bracketed" },
  { what: "interval", acquire: ["setInterval", "timers.setInterval"], origins: lib, release: ["close"], releasedBy: ["clearInterval", "clearTimeout"], demand: "bracketed" },
  { what: "frame request", acquire: ["requestAnimationFrame", "requestIdleCallback"], origins: lib, release: [], releasedBy: ["cancelAnimationFrame", "cancelIdleCallback"], demand: "bracketed" },

  // The web platform.
  { what: "stream reader", acquire: inModules(["ReadableStream"], "getReader"), origins: lib, release: ["releaseLock", "cancel"], demand: "always" },
  { what: "stream writer", acquire: inModules(["WritableStream"], "getWriter"), origins: lib, release: ["releaseLock", "close", "abort"], demand: "always" },
  { what: "WebSocket", acquire: ["new WebSocket"], origins: [...lib, "package:ws", "package:undici", "package:isomorphic-ws"], release: ["close", "terminate"], endsByError: true, demand: "always", endsWith: ["close"] },
  { what: "event source", acquire: ["new EventSource"], origins: [...lib, "package:eventsource", "package:undici"], release: ["close"], demand: "always" },
  { what: "channel", acquire: ["new BroadcastChannel"], origins: lib, release: ["close"], demand: "always" },
  { what: "message channel", acquire: ["new MessageChannel"], origins: lib, release: ["close"], parts: ["port1", "port2"], demand: "bracketed" },
  { what: "peer connection", acquire: ["new RTCPeerConnection", "new WebTransport"], origins: lib, release: ["close"], demand: "bracketed" },
  { what: "audio context", acquire: ["new AudioContext"], origins: lib, release: ["close"], async: true, demand: "bracketed" },
  { what: "image", acquire: ["createImageBitmap", "new VideoFrame", "new AudioData"], origins: lib, release: ["close"], demand: "bracketed" },
  { what: "object URL", acquire: ["createObjectURL"], origins: lib, release: [], releasedBy: ["URL.revokeObjectURL"], copied: true, demand: "bracketed" },
  { what: "file writer", acquire: ["FileSystemFileHandle.createWritable"], origins: lib, release: ["close", "abort"], async: true, demand: "bracketed" },
  { what: "observer", acquire: ["new MutationObserver", "new ResizeObserver", "new IntersectionObserver", "new PerformanceObserver"], origins: lib, release: ["disconnect"], demand: "bracketed" },
  { what: "wake lock", acquire: ["WakeLock.request"], origins: lib, release: ["release"], async: true, demand: "always" },
  { what: "position watch", acquire: ["Geolocation.watchPosition"], origins: lib, release: [], releasedBy: ["Geolocation.clearWatch"], demand: "bracketed" },
  { what: "disposable stack", acquire: ["new DisposableStack"], origins: lib, release: ["dispose", "[Symbol.dispose]", "move"], demand: "always" },
  { what: "disposable stack", acquire: ["new AsyncDisposableStack"], origins: lib, release: ["disposeAsync", "[Symbol.asyncDispose]", "move"], async: true, demand: "always" },

  // HTTP agents.
  { what: "dispatcher", acquire: ["new Agent", "new Pool", "new Client", "new BalancedPool", "new ProxyAgent", "new RetryAgent", "new EnvHttpProxyAgent"], origins: ["package:undici"], release: ["close", "destroy"], async: true, demand: "always" },

  // Databases and queues.
  { what: "pooled connection", acquire: ["Pool.connect"], origins: ["package:pg", "package:@neondatabase/serverless", "package:@vercel/postgres"], release: ["release"], demand: "always" },
  { what: "database connection", acquire: ["new Client"], origins: ["package:pg", "package:@neondatabase/serverless"], release: ["end"], async: true, demand: "always" },
  { what: "pool", acquire: ["new Pool"], origins: ["package:pg", "package:@neondatabase/serverless"], release: ["end"], async: true, demand: "bracketed" },
  { what: "pooled connection", acquire: ["Pool.getConnection", "Pool.promise"], origins: ["package:mysql2", "package:mysql", "package:mariadb"], release: ["release", "end", "destroy"], demand: "always" },
  { what: "database connection", acquire: ["createConnection"], origins: ["package:mysql2", "package:mysql", "package:mariadb"], release: ["end", "destroy", "close"], async: true, demand: "always" },
  { what: "pool", acquire: ["createPool"], origins: ["package:mysql2", "package:mysql", "package:mariadb", "package:generic-pool"], release: ["end", "drain", "clear"], async: true, demand: "bracketed" },
  { what: "database client", acquire: ["MongoClient.connect", "new MongoClient"], origins: ["package:mongodb"], release: ["close"], async: true, demand: "always" },
  { what: "session", acquire: ["MongoClient.startSession", "Connection.startSession", "Mongoose.startSession", "startSession"], origins: ["package:mongodb", "package:mongoose"], release: ["endSession"], async: true, passive: true, demand: "always" },
  { what: "cursor", acquire: ["Collection.find", "Collection.aggregate", "Collection.watch"], origins: ["package:mongodb"], release: ["close"], async: true, demand: "bracketed", spentBy: ["toArray", "forEach", "on", "stream"] },
  { what: "database client", acquire: ["createClient", "createCluster", "RedisClientType.duplicate", "RedisClient.duplicate"], origins: ["package:redis", "package:@redis/client"], release: ["quit", "close", "disconnect", "destroy"], async: true, demand: "always" },
  { what: "database client", acquire: ["new Redis", "new Cluster", "Redis.duplicate"], origins: ["package:ioredis"], release: ["quit", "disconnect", "end"], async: true, demand: "always" },
  { what: "query runner", acquire: ["DataSource.createQueryRunner", "Connection.createQueryRunner"], origins: ["package:typeorm"], release: ["release"], async: true, passive: true, demand: "always" },
  { what: "transaction", acquire: ["ControlledTransactionBuilder.execute"], origins: ["package:kysely"], release: ["commit", "rollback"], async: true, demand: "always" },
  { what: "transaction", acquire: ["Sequelize.transaction", "Knex.transaction", "transactionProvider"], origins: ["package:sequelize", "package:knex", "package:@sequelize/core"], release: ["commit", "rollback"], async: true, demand: "bracketed" },
  { what: "database", acquire: ["new Database", "new DatabaseSync"], origins: ["node", "package:better-sqlite3", "package:bun:sqlite", "package:sqlite3"], release: ["close"], demand: "bracketed" },
  { what: "pooled connection", acquire: ["Sql.reserve"], origins: ["package:postgres"], release: ["release"], demand: "always" },
  { what: "database connection", acquire: ["getConnection", "Pool.getConnection"], origins: ["package:oracledb"], release: ["close"], async: true, demand: "always" },
  { what: "pool", acquire: ["createPool", "new ConnectionPool", "postgres"], origins: ["package:oracledb", "package:mssql", "package:postgres"], release: ["close", "end"], async: true, demand: "bracketed" },
  { what: "database session", acquire: ["Driver.session"], origins: ["package:neo4j-driver", "package:neo4j-driver-core"], release: ["close"], async: true, demand: "always" },
  { what: "transaction", acquire: ["Client.transaction"], origins: ["package:@libsql/client", "package:@libsql/core"], release: ["close"], demand: "always" },
  { what: "database", acquire: ["open"], origins: ["package:sqlite"], release: ["close"], async: true, demand: "always" },
  { what: "statement", acquire: ["Database.prepare"], origins: ["package:sqlite3", "package:sqlite"], release: ["finalize"], demand: "bracketed" },
  { what: "database client", acquire: ["new PrismaClient"], origins: ["package:@prisma/client", "package:.prisma/client", "package:.prisma"], release: ["$disconnect"], async: true, demand: "bracketed" },
  { what: "database client", acquire: ["new Kysely", "new DataSource", "knex"], origins: ["package:kysely", "package:typeorm", "package:knex"], release: ["destroy"], async: true, demand: "bracketed" },
  { what: "database client", acquire: ["new Sequelize", "new Client", "driver", "new Level"], origins: ["package:sequelize", "package:@sequelize/core", "package:@elastic/elasticsearch", "package:neo4j-driver", "package:level"], release: ["close"], async: true, demand: "bracketed" },
  { what: "broker connection", acquire: ["connect"], origins: ["package:nats", "package:@nats-io/transport-node"], release: ["close", "drain"], async: true, demand: "always" },
  { what: "broker client", acquire: ["connect", "connectAsync"], origins: ["package:mqtt"], release: ["end", "endAsync"], demand: "bracketed" },
  { what: "queue", acquire: ["new Queue", "new Worker", "new QueueEvents", "new FlowProducer"], origins: ["package:bullmq"], release: ["close", "disconnect"], async: true, demand: "bracketed" },
  { what: "broker connection", acquire: ["amqplib.connect", "connect"], origins: ["package:amqplib"], release: ["close"], async: true, demand: "always" },
  { what: "channel", acquire: ["ChannelModel.createChannel", "Connection.createChannel", "ChannelModel.createConfirmChannel", "Connection.createConfirmChannel"], origins: ["package:amqplib"], release: ["close"], async: true, demand: "bracketed" },
  { what: "broker client", acquire: inModules(["Kafka"], "producer", "consumer", "admin"), origins: ["package:kafkajs"], release: ["disconnect"], async: true, demand: "always" },

  // Browsers under automation.
  { what: "browser", acquire: ["BrowserType.launch", "BrowserType.launchPersistentContext", "BrowserType.connect", "BrowserType.connectOverCDP", "PuppeteerNode.launch", "Puppeteer.connect", "PuppeteerNode.connect", "launch"], origins: ["package:playwright", "package:playwright-core", "package:@playwright/test", "package:puppeteer", "package:puppeteer-core"], release: ["close", "disconnect"], async: true, demand: "always" },
  { what: "page", acquire: ["Browser.newPage", "Browser.newContext", "Browser.createBrowserContext", "BrowserContext.newPage"], origins: ["package:playwright", "package:playwright-core", "package:puppeteer", "package:puppeteer-core"], release: ["close"], async: true, demand: "bracketed" },

  { what: "request context", acquire: ["APIRequest.newContext"], origins: ["package:playwright", "package:playwright-core"], release: ["dispose"], async: true, demand: "always" },
  { what: "protocol session", acquire: ["BrowserContext.newCDPSession", "Target.createCDPSession", "Page.createCDPSession"], origins: ["package:playwright", "package:playwright-core", "package:puppeteer", "package:puppeteer-core"], release: ["detach"], async: true, demand: "bracketed" },

  // Servers, clients and helpers.
  { what: "server", acquire: ["Application.listen", "new WebSocketServer", "fastify"], origins: ["package:express", "package:@types/express-serve-static-core", "package:express-serve-static-core", "package:ws", "package:fastify"], release: ["close"], demand: "bracketed" },
  { what: "client", acquire: ["io", "new Client", "createTransport", "new SftpClient"], origins: ["package:socket.io-client", "package:@grpc/grpc-js", "package:ssh2", "package:nodemailer", "package:ssh2-sftp-client"], release: ["close", "disconnect", "end", "destroy"], demand: "bracketed" },
  { what: "file watcher", acquire: ["watch"], origins: ["package:chokidar"], release: ["close"], async: true, demand: "bracketed" },
  { what: "pool of workers", acquire: ["new Piscina", "new Tinypool", "pool"], origins: ["package:piscina", "package:tinypool", "package:workerpool"], release: ["destroy", "close", "terminate"], async: true, demand: "bracketed" },
  { what: "container", acquire: ["GenericContainer.start", "MongoMemoryServer.create"], origins: ["package:testcontainers", "package:mongodb-memory-server", "package:mongodb-memory-server-core"], release: ["stop"], async: true, demand: "bracketed" },
  { what: "terminal", acquire: ["spawn"], origins: ["package:node-pty"], release: ["kill"], demand: "bracketed" },
  { what: "span", acquire: ["Tracer.startSpan"], origins: ["package:@opentelemetry/api"], release: ["end"], demand: "bracketed" },

  // Locks.
  { what: "lock", acquire: ["Mutex.acquire", "MutexInterface.acquire", "lock"], origins: ["package:async-mutex", "package:proper-lockfile"], release: [], callToRelease: true, demand: "always" },
  { what: "lock", acquire: ["Semaphore.acquire"], origins: ["package:await-semaphore"], release: [], callToRelease: true, demand: "always" },
  { what: "lock", acquire: ["Semaphore.acquire", "SemaphoreInterface.acquire"], origins: ["package:async-mutex"], release: [], callToRelease: "1", demand: "always" },
  { what: "lock", acquire: ["Redlock.acquire", "Redlock.lock"], origins: ["package:redlock"], release: ["release", "unlock"], async: true, demand: "always" },
];
